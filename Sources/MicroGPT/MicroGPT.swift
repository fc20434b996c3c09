// The whole of a GPT: tokenizer, autograd, a model like GPT-2, Adam, training, inference.
// Everything else is efficiency.
//
// It stands beside Andrej Karpathy's microgpt.py: each MARK names the lines, in the first published
// version of that file, that it stands for. The same seed gives the same losses and the same names,
// to the last bit. The dataset, the loop over the steps and all printing are in Program/main.swift,
// Python's random numbers in PythonRandom.swift.
//
// Shapes. A vector is a list of `Value`, a matrix a list of rows: nOut rows of nIn values each.
//
//     x, q, k, v     nEmbd                               tokens, targets   ids, BOS at both ends
//     qH, headOut    headDim = nEmbd / nHead             logits, probs     vocabSize
//     kH, vH         positions so far, headDim           attnLogits        positions so far
//     keys, values   layer, positions so far, nEmbd      attnWeights       positions so far

import Foundation

#if canImport(PythonRandom)  // a module of its own in this package
    import PythonRandom
#endif

// MARK: - Tokenizer (microgpt.py 23-27)

/// Characters as ids: a character's id is its place among the sorted distinct characters of all
/// documents. The id after the last one is BOS, which begins and ends every document.
///
/// A character is a Unicode scalar, as in Python.
public struct Tokenizer: Sendable {
    /// Each at the place that is its id.
    public let characters: [Unicode.Scalar]
    /// The id of BOS.
    public var bos: Int { characters.count }
    /// How many ids there are, BOS among them.
    public var vocabSize: Int { characters.count + 1 }

    /// With all characters that these documents have.
    public init(documents: [String]) {
        characters = Set(documents.flatMap { $0.unicodeScalars }).sorted()
    }

    /// BOS, the id of each character, BOS. Each must be a character of the documents.
    public func encode(_ document: String) -> [Int] {
        let ids = document.unicodeScalars.map { characters.firstIndex(of: $0) }
        precondition(!ids.contains(nil), "\(document): a character that is in no document")
        return [bos] + ids.compactMap { $0 } + [bos]
    }
}

// MARK: - Autograd (microgpt.py 29-72)

/// A number that remembers what it was made from, so that `backward()` can find the derivative of a
/// result with respect to every number that went into it.
///
/// ```swift
/// let x = Value(3)
/// let y = x * x + 2 * x  // y.data is 15
/// y.backward()           // x.grad is dy/dx = 2x + 2 = 8
/// ```
///
/// A number that was made from others keeps them as its `children`, and in `localGrads` the
/// derivative of itself with respect to each. A leaf has none: a parameter, an input or a constant.
/// `data` is the number itself, from the forward pass; `grad` the derivative of the result with
/// respect to it, from the backward pass.
public final class Value {
    /// The number; its gradient; what it was made from; its derivative by each of those.
    @exclusivity(unchecked)  // saves checks at run time that no access here can fail
    public var data: Double, grad = 0.0, children: [Value], localGrads: [Double]
    private var isVisited = false  // only while `backward()` looks for an order

    /// A leaf, or the result of an operation on `children`.
    public init(_ data: Double, _ children: [Value] = [], _ localGrads: [Double] = []) {
        (self.data, self.children, self.localGrads) = (data, children, localGrads)
    }

    /// a + b. Derivatives: 1 and 1.
    public static func + (a: Value, b: Value) -> Value { Value(a.data + b.data, [a, b], [1, 1]) }
    /// a b. Derivatives: b and a.
    public static func * (a: Value, b: Value) -> Value {
        Value(a.data * b.data, [a, b], [b.data, a.data])
    }
    /// x to the power n. Derivative: n times x to the power n - 1.
    public func pow(_ n: Double) -> Value {
        Value(power(data, n), [self], [n * power(data, n - 1)])
    }
    /// The natural logarithm of x. Derivative: 1 / x.
    public func log() -> Value { Value(Foundation.log(data), [self], [1 / data]) }
    /// e to the power x. Derivative: the same again.
    public func exp() -> Value {
        let e = Foundation.exp(data)
        return Value(e, [self], [e])
    }
    /// x above 0, otherwise 0. Derivative: 1 or 0.
    public func relu() -> Value { Value(data > 0 ? data : 0, [self], [data > 0 ? 1 : 0]) }

    /// -a.
    public static prefix func - (a: Value) -> Value { a * -1 }
    /// a - b.
    public static func - (a: Value, b: Value) -> Value { a + (-b) }
    /// a / b, by the power -1, as Python has it.
    public static func / (a: Value, b: Value) -> Value { a * b.pow(-1) }
    /// a plus a constant.
    public static func + (a: Value, b: Double) -> Value { a + Value(b) }
    /// a minus a constant.
    public static func - (a: Value, b: Double) -> Value { a + -b }
    /// a times a constant.
    public static func * (a: Value, b: Double) -> Value { a * Value(b) }
    /// a over a constant.
    public static func / (a: Value, b: Double) -> Value { a * power(b, -1) }
    /// A constant times b.
    public static func * (a: Double, b: Value) -> Value { Value(a) * b }

    /// Finds the derivative of this number with respect to every number that it was made from, near
    /// or far.
    ///
    /// Leaves add up what they get, over calls and over graphs, until their `grad` is set to zero.
    /// All other numbers in the graph start anew at each call.
    ///
    /// - Complexity: O(n) time and memory for n numbers and operations, at any depth.
    public func backward() {
        guard !children.isEmpty else { return grad += 1 }
        // All but leaves, each after its children: depth first, children left to right. In that
        // order gradients add up as in microgpt.py, to the last bit.
        var order: [Value] = []
        var stack = [(node: self, childrenAreDone: false)]
        while let (node, childrenAreDone) = stack.popLast() {
            if childrenAreDone {
                order.append(node)
            } else if !node.isVisited {
                node.isVisited = true
                node.grad = 0
                stack.append((node, true))
                for child in node.children.reversed()
                where !child.children.isEmpty && !child.isVisited { stack.append((child, false)) }
            }
        }
        grad = 1
        for node in order.reversed() {
            node.isVisited = false
            for i in node.children.indices.reversed() {
                node.children[i].grad += node.localGrads[i] * node.grad
            }
        }
    }

    deinit {  // frees a graph of any depth without nested calls
        guard !children.isEmpty else { return }
        var lists = [children]
        children = []
        while var list = lists.popLast() {
            while var node = list.popLast() {
                guard isKnownUniquelyReferenced(&node) else { continue }
                lists.append(node.children)
                node.children = []
            }
        }
    }
}

/// x0 * y0 + x1 * y1 + …, left to right, as one number with the same bits as many.
public func dot(_ xs: [Value], _ ys: [Value]) -> Value {
    precondition(xs.count == ys.count, "a dot product of \(xs.count) with \(ys.count) values")
    var total = 0.0
    var localGrads = Array(repeating: 0.0, count: 2 * xs.count)
    for i in xs.indices {
        total += xs[i].data * ys[i].data
        localGrads[2 * i] = ys[i].data
        localGrads[2 * i + 1] = xs[i].data
    }
    let children = Array(unsafeUninitializedCapacity: 2 * xs.count) { places, count in
        for i in xs.indices {
            places.initializeElement(at: 2 * i, to: xs[i])
            places.initializeElement(at: 2 * i + 1, to: ys[i])
        }
        count = 2 * xs.count
    }
    return Value(total, children, localGrads)
}

/// x0 + x1 + …, left to right, as one number.
public func sum(_ xs: [Value]) -> Value {
    var total = 0.0
    for x in xs { total += x.data }
    return Value(total, xs, Array(repeating: 1, count: xs.count))
}

/// x to the power n, as Python's `**` has it: always by the C library's `pow`. Where the optimizer
/// sees that n is 2, 0.5 or -1, it would take other instructions, which round differently.
@_optimize(none)
public func power(_ x: Double, _ n: Double) -> Double { pow(x, n) }

// MARK: - Parameters (microgpt.py 74-90)

/// The sizes of a model and how it is trained and sampled: all that is a number in microgpt.py.
public struct Config: Sendable, Equatable {
    /// What the MLP does between its two matrices.
    public enum Activation: String, Sendable { case squaredRelu, relu }
    /// How the learning rate falls: along a cosine or a line.
    public enum Schedule: String, Sendable { case cosine, linear }

    /// Numbers in a vector, heads in a layer, layers, positions that attention can see.
    public var nEmbd = 16, nHead = 4, nLayer = 1, blockSize = 8
    /// Standard deviations of the first parameters (the second: of attnWo and mlpFc2), and what
    /// is between the matrices of the MLP.
    public var initStd = 0.02, outputInitStd = 0.0, activation = Activation.squaredRelu
    /// How far the first step goes, how that falls, and how many steps there are.
    public var learningRate = 0.01, schedule = Schedule.cosine, numSteps = 500
    /// Adam's: how much of each moment is kept, and what is added to the divisor.
    public var beta1 = 0.9, beta2 = 0.95, epsilon = 1e-8
    /// For sampling, too: what divides the logits, how many names, and the line above them.
    public var seed: UInt64 = 42, temperature = 0.5, numSamples = 20, heading = "--- inference ---"

    /// Numbers in the vectors of a head.
    public var headDim: Int { nEmbd / nHead }

    /// microgpt.py as first published: 4,064 parameters with 27 tokens.
    public static let lesson = Config()

    /// microgpt.py as finally published: 4,192 parameters with 27 tokens.
    public static let gist = Config(
        blockSize: 16, initStd: 0.08, outputInitStd: 0.08, activation: .relu, schedule: .linear,
        numSteps: 1000, beta1: 0.85, beta2: 0.99,
        heading: "--- inference (new, hallucinated names) ---")
}

/// Rows of equal length.
public typealias Matrix = [[Value]]

/// The matrices of a layer, in the order in which they are drawn.
public struct Layer {
    /// nEmbd, nEmbd; only mlpFc1 is 4 nEmbd, nEmbd, and mlpFc2 nEmbd, 4 nEmbd.
    public let attnWq, attnWk, attnWv, attnWo, mlpFc1, mlpFc2: Matrix
    /// All six.
    public var matrices: [Matrix] { [attnWq, attnWk, attnWv, attnWo, mlpFc1, mlpFc2] }
}

/// The model: all its parameters, and what it does with them.
public struct GPT {
    /// The sizes, and the ids of the characters.
    public let config: Config, tokenizer: Tokenizer
    /// Embeddings of tokens and of positions; what makes logits of the last vector.
    public let wte, wpe, lmHead: Matrix  // vocabSize, nEmbd; blockSize, nEmbd; vocabSize, nEmbd
    /// From the first that a vector goes through to the last.
    public let layers: [Layer]
    /// All parameters: matrix by matrix in the order in which they are drawn, row by row.
    public let params: [Value]

    /// Draws the parameters.
    public init(_ config: Config, _ tokenizer: Tokenizer, _ rng: inout PythonRandom) {
        precondition(config.nEmbd % config.nHead == 0, "\(config.nEmbd) in \(config.nHead) heads")
        (self.config, self.tokenizer) = (config, tokenizer)
        func matrix(_ nOut: Int, _ nIn: Int, std: Double) -> Matrix {
            (0..<nOut).map { _ in (0..<nIn).map { _ in Value(rng.gauss(0, std)) } }
        }
        let (n, std, outputStd) = (config.nEmbd, config.initStd, config.outputInitStd)
        wte = matrix(tokenizer.vocabSize, n, std: std)
        wpe = matrix(config.blockSize, n, std: std)
        lmHead = matrix(tokenizer.vocabSize, n, std: std)
        layers = (0..<config.nLayer).map { _ in
            Layer(
                attnWq: matrix(n, n, std: std), attnWk: matrix(n, n, std: std),
                attnWv: matrix(n, n, std: std), attnWo: matrix(n, n, std: outputStd),
                mlpFc1: matrix(4 * n, n, std: std), mlpFc2: matrix(n, 4 * n, std: outputStd))
        }
        params = ([wte, wpe, lmHead] + layers.flatMap { $0.matrices }).flatMap { $0.joined() }
    }
}

// MARK: - Layers (microgpt.py 92-106)

/// A matrix times a vector: `w` has nOut rows of nIn values, `x` nIn values, the result nOut.
public func linear(_ x: [Value], _ w: Matrix) -> [Value] { w.map { row in dot(row, x) } }

/// Any numbers as probabilities: none below zero, in the same order, with sum 1.
///
/// Only differences count, so the largest is taken off first and nothing overflows.
public func softmax(_ logits: [Value]) -> [Value] {
    let maxVal = logits.map { $0.data }.max() ?? 0
    let exps = logits.map { ($0 - maxVal).exp() }
    let total = sum(exps)
    return exps.map { $0 / total }
}

/// A vector scaled to a root mean square of 1 (B. Zhang and R. Sennrich, "Root Mean Square Layer
/// Normalization", 2019), without a learned gain.
public func rmsnorm(_ x: [Value]) -> [Value] {
    let ms = dot(x, x) / Double(x.count)
    let scale = (ms + 1e-5).pow(-0.5)
    return x.map { $0 * scale }
}

/// A vector shifted to mean 0 and scaled to variance 1 (J. L. Ba, J. R. Kiros and G. E. Hinton,
/// "Layer Normalization", 2016), without a learned gain and bias: GPT-2's norm.
public func layernorm(_ x: [Value]) -> [Value] {
    let mean = sum(x) / Double(x.count)
    return rmsnorm(x.map { $0 - mean })
}

// MARK: - The model (microgpt.py 108-144)

/// What attention looks back on: for each layer, the keys and values of all positions so far.
public typealias KVCache = [(keys: [[Value]], values: [[Value]])]

extension GPT {
    /// A cache with no position in it yet.
    public var emptyCache: KVCache { KVCache(repeating: ([], []), count: config.nLayer) }

    /// The logits of the token that follows.
    ///
    /// - Parameters:
    ///   - tokenID: the token at this position.
    ///   - posID: the position, from 0 to blockSize - 1.
    ///   - cache: the keys and values of the positions before; those of this one are added.
    public func forward(tokenID: Int, posID: Int, cache: inout KVCache) -> [Value] {
        precondition(posID < config.blockSize, "position \(posID) of \(config.blockSize)")
        let headDim = config.headDim
        let tokEmb = wte[tokenID]
        let posEmb = wpe[posID]
        var x = zip(tokEmb, posEmb).map { t, p in t + p }
        x = rmsnorm(x)
        for (li, layer) in layers.enumerated() {
            // 1) Multi-head attention
            var xResidual = x
            x = rmsnorm(x)
            let q = linear(x, layer.attnWq)
            let k = linear(x, layer.attnWk)
            let v = linear(x, layer.attnWv)
            cache[li].keys.append(k)
            cache[li].values.append(v)
            var xAttn: [Value] = []
            for h in 0..<config.nHead {
                let head = h * headDim..<(h + 1) * headDim
                let qH = Array(q[head])
                let kH = cache[li].keys.map { k in Array(k[head]) }
                let vH = cache[li].values.map { v in Array(v[head]) }
                let attnLogits = kH.map { k in dot(qH, k) / power(Double(headDim), 0.5) }
                let attnWeights = softmax(attnLogits)
                let headOut = (0..<headDim).map { j in dot(attnWeights, vH.map { v in v[j] }) }
                xAttn += headOut
            }
            x = linear(xAttn, layer.attnWo)
            x = zip(x, xResidual).map { a, b in a + b }
            // 2) MLP
            xResidual = x
            x = rmsnorm(x)
            x = linear(x, layer.mlpFc1)
            x = x.map { config.activation == .relu ? $0.relu() : $0.relu().pow(2) }
            x = linear(x, layer.mlpFc2)
            x = zip(x, xResidual).map { a, b in a + b }
        }
        return linear(x, lmHead)
    }
}

// MARK: - Adam (microgpt.py 146-149, 174-182)

/// The optimizer of D. P. Kingma and J. Ba, "Adam: A Method for Stochastic Optimization", 2014.
public struct Adam {
    /// The schedule and both corrections of bias go by it.
    public var step = 0  // updates so far
    /// In the order of the parameters; 0 at first.
    public var m, v: [Double]  // first and second moment of each gradient

    /// Before the first update.
    public init(paramCount: Int) {
        m = Array(repeating: 0, count: paramCount)
        v = m
    }

    /// Moves each parameter against its gradient, by about the learning rate, and sets the gradient
    /// to zero.
    public mutating func update(_ params: [Value], _ config: Config, learningRate: Double) {
        step += 1
        let bias1 = 1 - power(config.beta1, Double(step))
        let bias2 = 1 - power(config.beta2, Double(step))
        for i in params.indices {
            let grad = params[i].grad
            m[i] = config.beta1 * m[i] + (1 - config.beta1) * grad
            v[i] = config.beta2 * v[i] + (1 - config.beta2) * power(grad, 2)
            let mHat = m[i] / bias1
            let vHat = v[i] / bias2
            let change = learningRate * mHat / (power(vHat, 0.5) + config.epsilon)
            params[i].data -= change
            params[i].grad = 0
        }
    }
}

// MARK: - Training (microgpt.py 151-184)

extension Config {
    /// The learning rate of a step, counted from 0: it goes down towards 0 after the last one.
    public func scheduledLearningRate(at step: Int) -> Double {
        let (now, end) = (Double(step), Double(numSteps))
        return learningRate
            * (schedule == .linear ? 1 - now / end : 0.5 * (1 + cos(.pi * now / end)))
    }
}

extension GPT {
    /// How badly the model predicts a document: minus the logarithm of the probability it gives to
    /// each token from those before, on average over the first blockSize.
    public func loss(_ tokens: [Int]) -> Value {
        let n = min(config.blockSize, tokens.count - 1)
        var cache = emptyCache
        var losses: [Value] = []
        for posID in 0..<n {
            let logits = forward(tokenID: tokens[posID], posID: posID, cache: &cache)
            let probs = softmax(logits)
            losses.append(-probs[tokens[posID + 1]].log())
        }
        return (1 / Double(n)) * sum(losses)
    }

    /// One step of training: a document forward, its loss backward, all parameters updated.
    ///
    /// - Returns: the loss before the update.
    public func trainStep(_ tokens: [Int], _ adam: inout Adam) -> Double {
        let loss = loss(tokens)
        loss.backward()
        adam.update(params, config, learningRate: config.scheduledLearningRate(at: adam.step))
        return loss.data
    }

    // MARK: - Inference (microgpt.py 186-200)

    /// A new document, one token after another, up to BOS or blockSize characters.
    ///
    /// - Parameters:
    ///   - temperature: divides the logits; below 1, likely tokens get likelier still.
    ///   - rng: gives one number for each token.
    public func sample(temperature: Double, _ rng: inout PythonRandom) -> String {
        var cache = emptyCache
        var tokenID = tokenizer.bos
        var sample = ""
        for posID in 0..<config.blockSize {
            let logits = forward(tokenID: tokenID, posID: posID, cache: &cache)
            let probs = softmax(logits.map { $0 / temperature }).map { $0.data }
            tokenID = rng.choice(weights: probs)
            if tokenID == tokenizer.bos { break }
            sample.unicodeScalars.append(tokenizer.characters[tokenID])
        }
        return sample
    }
}
