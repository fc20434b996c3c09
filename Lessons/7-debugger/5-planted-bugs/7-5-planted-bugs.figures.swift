import Beyond
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

extension PlantedBug {
    /// What the model is made of with this bug in one part, or without any.
    public static func parts(_ bug: PlantedBug?) -> Parts {
        Parts { parts in
            switch bug {
            case .detachedSoftmax: parts.softmax = softmaxWithDetachedTotal
            case .detachedNorm:
                parts.norm = rmsnormWithDetachedScale
                parts.join = { x, block in preNorm(x, norm: rmsnormWithDetachedScale, block) }
            case .missingResidual:
                parts.join = { x, block in addDetachedResidual(block(rmsnorm(x)), x) }
            case .assignedGradient:
                parts.backward = { backwardFromOutside($0, assigns: true) }
            case .transposedWeight: parts.linear = linearWithTransposedBackward
            case nil: break
            }
        }
    }

    /// The detached softmax where it would not stay hidden, too.
    static var detachedInLossToo: Parts {
        Parts {
            $0.softmax = softmaxWithDetachedTotal
            $0.lossSoftmax = softmaxWithDetachedTotal
        }
    }
}

// MARK: - The bugs

/// The same numbers without their history: gradients end here.
private func detached(_ xs: [Value]) -> [Value] { xs.map { Value($0.data) } }

private func softmaxWithDetachedTotal(_ logits: [Value]) -> [Value] {
    let maxVal = logits.map { $0.data }.max() ?? 0
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
        for (i, child) in node.children.enumerated().reversed() {
            let change = node.localGrads[i] * node.grad
            if assigns && i == 1 && node.children.count == 2 {
                child.grad = change  // wrong: forgets what it has from other uses
            } else {
                child.grad += change
            }
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
            let losses = Self.train(gpt, on: lists, with: PlantedBug.parts(bug))
            return (bug: bug, gpt: gpt, losses: losses)
        }
        let (gpt, tokens) = (trained[0].gpt, try tokenizer.tokens(of: checked))
        // One list for all, since the losses of all are the same to the last bit.
        let central = checkGradients(by: gpt.params) { gpt.loss(tokens) }.map(\.central)
        runs = trained.map { run in
            let backward = PlantedBug.parts(run.bug).gradients(gpt, tokens)
            var rest = zip(backward, central).map { GradientDifference(backward: $0, central: $1) }
            let differences = gpt.stateDict.map { name, matrix in
                defer { rest.removeFirst(matrix.joined().count) }
                return (name, Array(rest.prefix(matrix.joined().count)))
            }
            return Run(bug: run.bug, losses: run.losses, differences: differences)
        }
        let another = GPT(Self.config, tokenizer, &rng)
        lossesIfInLossToo = Self.train(another, on: lists, with: PlantedBug.detachedInLossToo)
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
