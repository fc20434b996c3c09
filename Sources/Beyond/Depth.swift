import Inspection
import MicroGPT
import PythonRandom

/// Where the norms stand, and whether there is a way past the blocks.
public enum Wiring: Sendable, CaseIterable {
    /// x + block(norm(x)): the single file.
    case preNorm
    /// The same, and a norm before the logits: GPT-2 (A. Radford et al., "Language Models are
    /// Unsupervised Multitask Learners", 2019).
    case preNormAndLast
    /// norm(x + block(x)): A. Vaswani et al., "Attention Is All You Need", 2017.
    case postNorm
    /// block(norm(x)): nothing is added.
    case noResidual
    /// block(x).
    case blockOnly

    public func join(_ x: [Value], _ block: ([Value]) -> [Value]) -> [Value] {
        switch self {
        case .preNorm, .preNormAndLast: Beyond.preNorm(x, block)
        case .postNorm: rmsnorm(zip(block(x), x).map { a, b in a + b })
        case .noResidual: block(rmsnorm(x))
        case .blockOnly: block(x)
        }
    }

    /// The single file's model, wired so.
    public var parts: Parts {
        Parts { parts in
            parts.join = join
            if self == .preNormAndLast { parts.lastNorm = rmsnorm }
        }
    }
}

/// How large the last matrix of each block is at first, `attnWo` and `mlpFc2`: what a block writes
/// into x is as many times as large.
public enum BlockOutput: Sendable, CaseIterable {
    case full
    /// 1/√(2 nLayer): all blocks together then write as much as one. GPT-2 has this, too.
    case scaled
    /// No block writes anything before it has learned to: the `lesson` preset.
    case zero

    public func factor(nLayer: Int) -> Double {
        switch self {
        case .full: 1
        case .scaled: 1 / Double(2 * nLayer).squareRoot()
        case .zero: 0
        }
    }
}

extension Config {
    /// With blocks whose last matrices start so large.
    public func starting(_ output: BlockOutput) -> Config {
        var config = self
        config.outputInitStd = initStd * output.factor(nLayer: nLayer)
        return config
    }
}

/// A deep model: the single file's parameters, and how its blocks are joined.
public struct DeepGPT {
    /// The designs that are worth comparing.
    public static let designs: [(name: String, wiring: Wiring, output: BlockOutput)] = [
        ("pre-norm", .preNorm, .full), ("last norm", .preNormAndLast, .full),
        ("GPT-2", .preNormAndLast, .scaled), ("zero", .preNorm, .zero),
        ("post-norm", .postNorm, .full), ("no skip", .noResidual, .full),
        ("no norm", .blockOnly, .full),
    ]

    /// Sizes at which 12 layers take little patience. Matrices start with standard deviation 1/√n, so
    /// that they keep the size of what goes through them, as in large models.
    public static let config: Config = {
        var config = Config.gist
        (config.nEmbd, config.nHead, config.nLayer, config.blockSize) = (8, 2, 12, 5)
        config.initStd = 1 / Double(config.nEmbd).squareRoot()
        return config
    }()

    public let gpt: GPT
    public let wiring: Wiring

    /// Draws the parameters, all matrices with the config's `initStd`.
    public init(
        _ config: Config, _ tokenizer: Tokenizer, _ wiring: Wiring, _ output: BlockOutput
    ) throws(UserError) {
        var rng = PythonRandom(seed: config.seed)
        gpt = try GPT(checking: config.starting(output), tokenizer, &rng)
        self.wiring = wiring
    }

    /// With parameters that were drawn before.
    public init(_ gpt: GPT, _ wiring: Wiring) { (self.gpt, self.wiring) = (gpt, wiring) }

    public func loss(_ tokens: [Int]) -> Value { wiring.parts.loss(gpt, tokens) }

    /// The mean of the losses of some documents.
    public func meanLoss(on documents: [String]) throws(UserError) -> Double {
        try wiring.parts.meanLoss(gpt, documents)
    }

    /// What a document shows of x before each layer and after the last, nLayer + 1 depths: its size,
    /// and the size of the loss's gradient by it. Both are root mean squares over the numbers of all
    /// positions.
    public func depths(_ document: String) throws(UserError) -> [(x: Double, gradient: Double)] {
        var streams = [[Value]](repeating: [], count: gpt.config.nLayer + 1)
        var parts = wiring.parts
        parts.seesX = { x, depth in streams[depth] += x }
        parts.loss(gpt, try gpt.tokenizer.tokens(of: document)).backward()
        for p in gpt.params { p.grad = 0 }
        return streams.map { (rootMeanSquare($0.map(\.data)), rootMeanSquare($0.map(\.grad))) }
    }
}

package func rootMeanSquare(_ numbers: [Double]) -> Double {
    (numbers.reduce(0) { $0 + $1 * $1 } / Double(numbers.count)).squareRoot()
}
