import Inspection
import MicroGPT
import PythonRandom

/// Five mistakes on purpose, each in one part of the model. With any of them the loss is still the
/// right one to the last bit, whatever the parameters are; only gradients are wrong.
public enum PlantedBug: String, CaseIterable, Sendable {
    case detachedSoftmax = "detached softmax"
    case detachedNorm = "detached norm"
    case missingResidual = "missing residual"
    case assignedGradient = "= for +="
    case transposedWeight = "transposed weight"
}

/// What the model is made of, and how gradients are found.
public struct Parts {
    var dot = MicroGPT.dot
    var sum = MicroGPT.sum
    var linear = MicroGPT.linear
    var softmax = MicroGPT.softmax  // in attention
    var lossSoftmax = MicroGPT.softmax
    var rmsnorm = MicroGPT.rmsnorm
    var addResidual = { (x: [Value], xResidual: [Value]) in zip(x, xResidual).map { $0 + $1 } }
    public var backward = { (loss: Value) in loss.backward() }

    /// The right parts, or those with one bug among them.
    public init(_ bug: PlantedBug? = nil) {
        switch bug {
        case .detachedSoftmax: softmax = softmaxWithDetachedTotal
        case .detachedNorm: rmsnorm = rmsnormWithDetachedScale
        case .missingResidual: addResidual = addDetachedResidual
        case .assignedGradient: backward = { backwardFromOutside($0, assigns: true) }
        case .transposedWeight: linear = linearWithTransposedBackward
        case nil: break
        }
    }

    /// The detached softmax where it would not stay hidden, too.
    static func detachedInLossToo() -> Parts {
        var parts = Parts(.detachedSoftmax)
        parts.lossSoftmax = parts.softmax
        return parts
    }
}

// MARK: - The bugs

/// The same numbers without their history: gradients end here.
private func detached(_ xs: [Value]) -> [Value] { xs.map { Value($0.data) } }

private func softmaxWithDetachedTotal(_ logits: [Value]) -> [Value] {
    let maxVal = logits.map(\.data).max() ?? 0
    let exps = logits.map { ($0 - maxVal).exp() }
    let total = Value(sum(exps).data)  // wrong: the total depends on the logits, too
    return exps.map { $0 / total }
}

private func rmsnormWithDetachedScale(_ x: [Value]) -> [Value] {
    let ms = dot(x, x) / Double(x.count)
    let scale = (ms + 1e-5).pow(-0.5).data  // wrong: the scale depends on x, too
    return x.map { $0 * scale }
}

private func addDetachedResidual(_ x: [Value], _ xResidual: [Value]) -> [Value] {
    zip(x, detached(xResidual)).map { a, b in a + b }  // wrong: nothing goes back to xResidual
}

private func linearWithTransposedBackward(_ x: [Value], _ w: Matrix) -> [Value] {
    guard w.count == x.count else { return linear(x, w) }  // only a square one fits both ways
    return w.indices.map { i in
        let result = dot(w[i], detached(x))  // gradients for w[i], and none for x
        let column = w.map { row in row[i] }
        let forX = dot(detached(column), x)  // wrong: it is row i that x was multiplied by
        return result + (forX - forX.data)  // adds 0 to the number, and gradients for x
    }
}

/// `Value.backward()` as it can be written outside of `Value`, so that one line can be wrong.
///
/// - Parameters:
///   - assigns: whether the second of two children is assigned what it should be given besides.
///   - order: all numbers, each after its children; as in microgpt.py if nothing else is asked for.
public func backwardFromOutside(
    _ loss: Value, assigns: Bool = false, order: ((Value) -> [Value])? = nil
) {
    loss.grad = 1
    for node in order?(loss).reversed() ?? loss.numbers(.topological) {
        for (i, child) in node.children.enumerated() {
            let gradient = node.localGrads[i] * node.grad
            if assigns && i == 1 && node.children.count == 2 {
                child.grad = gradient  // wrong: forgets what it has from its other uses
            } else {
                child.grad += gradient
            }
        }
    }
}

// MARK: - The model made of parts

extension Parts {
    /// `GPT.forward`, statement by statement, with these parts.
    public func forward(
        _ gpt: GPT, tokenID: Int, posID: Int, cache: inout KVCache
    ) -> [Value] {
        let config = gpt.config
        var x = zip(gpt.wte[tokenID], gpt.wpe[posID]).map { t, p in t + p }
        x = rmsnorm(x)
        for (li, layer) in gpt.layers.enumerated() {
            var xResidual = x
            x = rmsnorm(x)
            let q = linear(x, layer.attnWq)
            cache[li].keys.append(linear(x, layer.attnWk))
            cache[li].values.append(linear(x, layer.attnWv))
            var xAttn: [Value] = []
            for h in 0..<config.nHead {
                let head = h * config.headDim..<(h + 1) * config.headDim
                let qH = Array(q[head])
                let kH = cache[li].keys.map { k in Array(k[head]) }
                let vH = cache[li].values.map { v in v[head] }
                let rootOfHeadDim = Double(config.headDim).squareRoot()
                let attnWeights = softmax(kH.map { k in dot(qH, k) / rootOfHeadDim })
                xAttn += head.map { j in dot(attnWeights, vH.map { v in v[j] }) }
            }
            x = addResidual(linear(xAttn, layer.attnWo), xResidual)
            xResidual = x
            x = linear(rmsnorm(x), layer.mlpFc1)
            x = x.map { config.activation == .relu ? $0.relu() : $0.relu().pow(2) }
            x = addResidual(linear(x, layer.mlpFc2), xResidual)
        }
        return linear(x, gpt.lmHead)
    }

    /// `GPT.loss` with these parts.
    public func loss(_ gpt: GPT, _ tokens: [Int]) -> Value {
        let n = min(gpt.config.blockSize, tokens.count - 1)
        var cache = gpt.emptyCache
        var losses: [Value] = []
        for posID in 0..<n {
            let logits = forward(gpt, tokenID: tokens[posID], posID: posID, cache: &cache)
            losses.append(-lossSoftmax(logits)[tokens[posID + 1]].log())
        }
        return (1 / Double(n)) * sum(losses)
    }

    /// What `backward` finds for each parameter; gradients are zero afterwards.
    public func gradients(_ gpt: GPT, _ tokens: [Int]) -> [Double] {
        backward(loss(gpt, tokens))
        return gpt.params.map { p in
            defer { p.grad = 0 }
            return p.grad
        }
    }
}

// MARK: - Six trainings side by side

/// The same training six times, right and with each bug; then every model's gradients, with the
/// parameters of the right one, beside central differences.
public struct PlantedBugTrial: Sendable {
    public static let config: Config = {
        var config = Config.lesson
        (config.nEmbd, config.nHead, config.numSteps) = (8, 2, 80)
        return config
    }()

    /// One training, and what a gradient check finds.
    public struct Run: Sendable {
        /// None for the right model.
        public let bug: PlantedBug?
        public let losses: [Double]
        public let differences: [(matrix: String, differences: [GradientDifference])]

        /// The average over the last 20 steps.
        public var lastLoss: Double { losses.suffix(20).reduce(0, +) / 20 }

        /// The matrices with a gradient that is wrong.
        public var wrongMatrices: [String] {
            differences.filter { !$0.differences.allSatisfy(\.isWithinTolerance) }.map(\.matrix)
        }
    }

    public let runs: [Run]
    /// The losses with the detached softmax in the loss, too.
    public let lossesIfInLossToo: [Double]

    /// - Parameters:
    ///   - names: the file of names to train on, in the order in which `microgpt` takes them.
    ///   - checked: the name whose gradients are checked.
    public init(names: String, checked: String) throws {
        var rng = PythonRandom(seed: Self.config.seed)
        var documents = try readDocuments(names)
        rng.shuffle(&documents)
        let tokenizer = Tokenizer(documents: documents)
        let lists = try documents.prefix(Self.config.numSteps).map { try tokenizer.tokens(of: $0) }
        let bugs = [nil] + PlantedBug.allCases.map(Optional.init)
        let trained = bugs.map { bug in
            var sameRNG = rng
            let gpt = GPT(Self.config, tokenizer, &sameRNG)
            return (bug: bug, gpt: gpt, losses: Self.train(gpt, on: lists, with: Parts(bug)))
        }
        let (gpt, tokens) = (trained[0].gpt, try tokenizer.tokens(of: checked))
        // One list for all, since the losses of all are the same to the last bit.
        let central = checkGradients(by: gpt.params) { gpt.loss(tokens) }.map(\.central)
        runs = trained.map { run in
            let backward = Parts(run.bug).gradients(gpt, tokens)
            var rest = zip(backward, central).map { GradientDifference(backward: $0, central: $1) }
            let differences = gpt.stateDict.map { name, matrix in
                defer { rest.removeFirst(matrix.joined().count) }
                return (name, Array(rest.prefix(matrix.joined().count)))
            }
            return Run(bug: run.bug, losses: run.losses, differences: differences)
        }
        let another = GPT(Self.config, tokenizer, &rng)
        lossesIfInLossToo = Self.train(another, on: lists, with: .detachedInLossToo())
    }

    private static func train(_ gpt: GPT, on lists: [[Int]], with parts: Parts) -> [Double] {
        var adam = Adam(paramCount: gpt.params.count)
        return lists.map { tokens in
            let loss = parts.loss(gpt, tokens)
            parts.backward(loss)
            adam.update(gpt.params, gpt.config)
            return loss.data
        }
    }
}
