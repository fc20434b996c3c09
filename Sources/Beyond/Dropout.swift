import Inspection
import MicroGPT
import PythonRandom

/// Sets numbers to zero at random while a model trains, so that no number can rely on another one
/// (N. Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting", 2014).
///
/// This is the inverted form: what is kept is divided by the share that is kept, so that the mean
/// over all masks is the number itself, and nothing is left to do when the model is used.
public final class Dropout {
    /// The probability of a number to be dropped, from 0 to below 1.
    public let rate: Double
    /// Whether what is kept is divided by 1 - rate; without, it is not inverted, and the model that
    /// is used must do something about it.
    public let isScaled: Bool
    private var rng: PythonRandom

    public init(rate: Double, seed: UInt64, isScaled: Bool = true) {
        require(rate >= 0 && rate < 1, "a dropout rate of \(rate); it is from 0 to below 1")
        (self.rate, self.isScaled) = (rate, isScaled)
        rng = PythonRandom(seed: seed)
    }

    /// Each number zero or scaled, by a new mask at each call; with rate 0 the same values.
    public func callAsFunction(_ x: [Value]) -> [Value] {
        if rate == 0 { return x }
        let kept = isScaled ? 1 / (1 - rate) : 1
        return x.map { $0 * (rng.random() < rate ? 0 : kept) }
    }

    /// What many masks make of numbers: the mean of each, and its standard error, by which such a
    /// mean is typically off.
    public func average(of x: [Double], masks: Int) -> [Estimate] {
        require(masks > 1, "\(masks) masks have no standard error")
        let values = x.map { Value($0) }
        let draws = (0..<masks).map { _ in self(values).map(\.data) }
        return x.indices.map { i in Estimate(draws.map { $0[i] }) }
    }
}

extension GPT {
    /// The loss with dropout where GPT-2 has it: on the sum of a token's embedding and its position's,
    /// on the attention weights, and on what attention and the MLP give, before it is added to x.
    /// Only training uses it: `forward`, `loss` and `sample` of the single file are the model without.
    ///
    /// - Parameter isOnEmbeddings: whether it is on the first of these, too.
    public func loss(
        _ tokens: [Int], _ dropout: Dropout, isOnEmbeddings: Bool = true
    ) -> Value {
        let parts = Parts { parts in
            if isOnEmbeddings { parts.norm = { x in rmsnorm(dropout(x)) } }
            parts.softmax = { attnLogits in dropout(softmax(attnLogits)) }
            parts.join = { x, block in preNorm(x) { x in dropout(block(x)) } }
        }
        return parts.loss(self, tokens)
    }
}
