import Inspection
import MicroGPT

/// A number of a graph of objects. The model below is written once for all kinds of them.
protocol GraphNumber: AnyObject {
    init(_ data: Double)
    var data: Double { get set }
    var grad: Double { get set }
    func backward()

    static func + (a: Self, b: Self) -> Self
    static func * (a: Self, b: Self) -> Self
    func pow(_ n: Double) -> Self
    func log() -> Self
    func exp() -> Self
    func relu() -> Self
    static func dot(_ xs: [Self], _ ys: [Self]) -> Self
    static func sum(_ xs: [Self]) -> Self
}

/// An engine whose numbers are objects; losses and gradients have the bits of the single file.
///
/// `@_specialize` has its steps compiled for each kind of number. Called as those of any `Engine`,
/// they would otherwise find out at run time what `Number` is, in every loop: `dots` took three times
/// as long.
struct Objects<Number: GraphNumber>: Engine {
    private typealias Matrix = [[Number]]

    private let config: Config
    private let vocabSize: Int
    private let wte, wpe, lmHead: Matrix
    private let layers: [[Matrix]]
    private let numbers: [Number]
    var adam: Adam

    init(_ gpt: GPT) {
        func copy(_ matrix: MicroGPT.Matrix) -> Matrix {
            matrix.map { row in row.map { Number($0.data) } }
        }
        (config, vocabSize) = (gpt.config, gpt.tokenizer.vocabSize)
        (wte, wpe, lmHead) = (copy(gpt.wte), copy(gpt.wpe), copy(gpt.lmHead))
        layers = gpt.layers.map { $0.matrices.map(copy) }
        numbers = ([wte, wpe, lmHead] + layers.joined()).flatMap { $0.joined() }
        adam = Adam(paramCount: numbers.count)
    }

    var params: [Double] {
        get { numbers.map(\.data) }
        set {
            require(newValue.count == numbers.count, "\(newValue.count) of \(numbers.count)")
            for (p, x) in zip(numbers, newValue) { p.data = x }
        }
    }

    /// One document after the other, so that there is one graph at a time.
    @_specialize(where Number == FastValue)
    @_specialize(where Number == Value)
    mutating func lossAndGradients(_ documents: [[Int]]) -> (loss: Double, gradients: [Double]) {
        expectDocuments(documents, vocabSize: vocabSize)
        for p in numbers { p.grad = 0 }
        var total = 0.0
        for tokens in documents {
            let loss = loss(tokens)
            total += loss.data
            (loss * (1 / Double(documents.count))).backward()
        }
        return (total / Double(documents.count), numbers.map(\.grad))
    }

    @_specialize(where Number == FastValue)
    @_specialize(where Number == Value)
    mutating func trainStep(_ documents: [[Int]]) -> Double {
        let (loss, gradients) = lossAndGradients(documents)
        guard loss.isFinite else { return loss }
        let step = AdamStep(after: adam.step, config)
        adam.step += 1
        for (i, p) in numbers.enumerated() {
            adam.m[i] = config.beta1 * adam.m[i] + (1 - config.beta1) * gradients[i]
            adam.v[i] = config.beta2 * adam.v[i] + (1 - config.beta2) * power(gradients[i], 2)
            let (mHat, vHat) = (adam.m[i] / step.bias1, adam.v[i] / step.bias2)
            p.data -= step.learningRate * mHat / (power(vHat, 0.5) + config.epsilon)
        }
        return loss
    }
}

// MARK: - The single file's model

extension Objects {
    fileprivate func loss(_ tokens: [Int]) -> Number {
        let n = min(config.blockSize, tokens.count - 1)
        var cache = [(keys: Matrix, values: Matrix)](repeating: ([], []), count: layers.count)
        let losses = (0..<n).map { posID in
            let probs = softmax(forward(tokens[posID], posID, &cache))
            return probs[tokens[posID + 1]].log() * -1
        }
        return Number.sum(losses) * (1 / Double(n))
    }

    private func forward(
        _ tokenID: Int, _ posID: Int, _ cache: inout [(keys: Matrix, values: Matrix)]
    ) -> [Number] {
        var x = rmsnorm(zip(wte[tokenID], wpe[posID]).map { $0 + $1 })
        for (li, layer) in layers.enumerated() {
            var xResidual = x
            x = rmsnorm(x)
            let q = linear(x, layer[0])
            cache[li].keys.append(linear(x, layer[1]))
            cache[li].values.append(linear(x, layer[2]))
            var xAttn: [Number] = []
            for h in 0..<config.nHead {
                let head = h * config.headDim..<(h + 1) * config.headDim
                let qH = Array(q[head])
                let attnLogits = cache[li].keys.map { k in
                    Number.dot(qH, Array(k[head])) * power(power(Double(config.headDim), 0.5), -1)
                }
                let attnWeights = softmax(attnLogits)
                xAttn += head.map { j in
                    Number.dot(attnWeights, cache[li].values.map { v in v[j] })
                }
            }
            x = zip(linear(xAttn, layer[3]), xResidual).map { $0 + $1 }
            xResidual = x
            x = linear(rmsnorm(x), layer[4])
            x = x.map { config.activation == .relu ? $0.relu() : $0.relu().pow(2) }
            x = zip(linear(x, layer[5]), xResidual).map { $0 + $1 }
        }
        return linear(x, lmHead)
    }

    private func linear(_ x: [Number], _ w: Matrix) -> [Number] { w.map { Number.dot($0, x) } }

    private func softmax(_ logits: [Number]) -> [Number] {
        let maxVal = logits.map(\.data).max() ?? 0
        let exps = logits.map { ($0 + -maxVal).exp() }
        let total = Number.sum(exps)
        return exps.map { $0 * total.pow(-1) }
    }

    private func rmsnorm(_ x: [Number]) -> [Number] {
        let ms = Number.dot(x, x) * power(Double(x.count), -1)
        let scale = (ms + 1e-5).pow(-0.5)
        return x.map { $0 * scale }
    }
}

/// The graph of a document's loss on the rung `scalars`, to look at.
package func scalarsLoss(_ gpt: GPT, _ tokens: [Int]) -> Value { Scalars(gpt).loss(tokens) }

extension GraphNumber {
    static func + (a: Self, b: Double) -> Self { a + Self(b) }
    static func * (a: Self, b: Double) -> Self { a * Self(b) }
}
