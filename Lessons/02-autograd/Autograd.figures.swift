import Foundation
import Inspection
import MicroGPT

extension Figures {
    static let autograd: [String: Figure] = [
        "firstLoss": firstLoss,
        "steepest": steepest,
        "nudges": nudges,
        "endOfName": endOfName,
        "slopeByHand": slopeByHand,
        "downhill": downhill,
        "pathsOfNeuron": pathsOfNeuron,
        "pathsOfX": pathsOfX,
        "chainMistakes": chainMistakes,
        "localDerivatives": localDerivatives,
        "derivativeMistakes": derivativeMistakes,
        "objectsPerOperator": objectsPerOperator,
        "reluAtZero": reluAtZero,
        "logOfMinusOne": logOfMinusOne,
        "expressionResults": expressionResults,
        "objectsOfADocument": objectsOfADocument,
        "mostUses": mostUses,
        "nodesAlive": nodesAlive,
        "dotBesidePlain": dotBesidePlain,
        "detached": detached,
        "staleNumbers": staleNumbers,
    ]

    static let autogradPictures: [String: Picture] = ["oneKnob": oneKnob]

    // MARK: Why derivatives

    /// What the slopes cost, too: two losses for each parameter, or one loss and one `backward()`.
    @Sendable private static func firstLoss() throws -> [String] {
        let start = try FirstStep()
        let count = start.gpt.params.count
        return [decimals(start.loss().data), start.document, "\(count)", "\(2 * count)"]
    }

    /// The parameters to which the loss answers most.
    @Sendable private static func steepest() throws -> [String] {
        let start = try FirstStep()
        start.loss().backward()
        let params = start.gpt.stateDict.flatMap { name, matrix in
            matrix.enumerated().flatMap { i, row in
                row.enumerated().map { j, p in ("\(name)[\(i)][\(j)]", p) }
            }
        }
        let steepest = params.sorted { abs($0.1.grad) > abs($1.1.grad) }.prefix(3)
        return ["| | p | slope |", "|---|---|---|"]
            + steepest.map { name, p in
                let swiftName = name.replacing("lm_head", with: "lmHead")
                return "| `\(swiftName)` | \(decimals(p.data)) | \(decimals(p.grad)) |"
            }
    }

    /// The probability of BOS after the last letter, where it is right: as it is, and with the knob
    /// turned down by 3.
    @Sendable private static func endOfName() throws -> [String] {
        let start = try FirstStep()
        return [0.0, -3].map { h in
            start.knob.data += h
            defer { start.knob.data -= h }
            return decimals(start.probsAtTheEnd()[start.gpt.tokenizer.bos].data)
        }
    }

    /// How far the loss goes with one parameter, and how far its slope says that it goes.
    @Sendable private static func nudges() throws -> [String] {
        let start = try FirstStep()
        let (loss, slope) = (start.loss().data, start.slope())
        let rows = [-10, -1, -0.1, -0.01, 0.01, 0.1, 1, 10].map { h in
            let moved = start.loss(movingKnobBy: h)
            return String(
                format: "| %g | %.6f | %.6f | %.6f |", h, moved, moved - loss, slope * h)
        }
        return ["| h | loss at p + h | its change | slope × h |", "|---|---|---|---|"] + rows
    }

    @Sendable private static func slopeByHand() throws -> [String] {
        let start = try FirstStep()
        let h = 0.001
        let (above, below) = (start.loss(movingKnobBy: h), start.loss(movingKnobBy: -h))
        return [
            String(format: "loss at p + %g: %.10f", h, above),
            String(format: "loss at p - %g: %.10f", h, below),
            String(format: "slope from these two: %.6f", (above - below) / (2 * h)),
            String(format: "grad after backward(): %.6f", start.slope()),
        ]
    }

    /// The loss after all parameters have moved by a multiple of their slopes.
    @Sendable private static func downhill() throws -> [String] {
        let start = try FirstStep()
        start.loss().backward()
        let moves = start.gpt.params.map { p in (p, p.data, p.grad) }
        func loss(after step: Double) -> Double {
            for (p, data, slope) in moves { p.data = data + step * slope }
            return start.loss().data
        }
        let rows = [0.01, 0.1, 1, 10].map { t in
            String(
                format: "| %g | %.4f | %.4f |", t, loss(after: -t), loss(after: t))
        }
        return ["| t | loss at p - t × slope | loss at p + t × slope |", "|---|---|---|"] + rows
    }

    @Sendable private static func oneKnob() throws -> SVG {
        let start = try FirstStep()
        let (p, loss, slope) = (start.knob.data, start.loss().data, start.slope())
        let steps = (-60...60).map { Double($0) / 10 }
        let curve = Chart.Series(
            "the loss", steps.map { .init(p + $0, start.loss(movingKnobBy: $0)) },
            namePlace: .at(0.6, 6.5))
        let tangent = Chart.Series(
            String(format: "a line with the slope %.4f", slope),
            [-3.0, 3].map { .init(p + $0, loss + slope * $0) }, namePlace: .at(-1.9, 2.1))
        let here = Chart.Series(
            String(format: "here: p = %.4f, loss = %.4f", p, loss), [.init(p, loss)],
            as: .points(.circle), role: .ink, namePlace: .at(0.3, 3.0))
        return Chart(
            x: .init("p = lmHead[26][10]"), y: .init("loss"), [curve, tangent, here]
        ).picture(title: "The loss by one of 4,064 parameters")
    }

    // MARK: The chain rule

    @Sendable private static func pathsOfNeuron() -> [String] {
        let o = GraphExample.neuron.result()
        let rows = ["n", "b", "x1", "w1", "x2", "w2"].flatMap { name in
            paths(from: o, to: name).map { path in
                let factors = path.factors.map(decimals).joined(separator: " × ")
                let names = path.names.joined(separator: " ← ")
                return "| \(names) | \(factors) | \(decimals(path.product)) | "
                    + "\(decimals(path.leaf.grad)) |"
            }
        }
        return ["| path | its local derivatives | product | `grad` |", "|---|---|---|---|"] + rows
    }

    @Sendable private static func pathsOfX() -> [String] {
        func y(_ x: Value) -> Value {
            let (square, double) = (x * x, 2 * x)
            (square.label, double.label) = ("x × x", "2 × x")
            let y = square + double
            y.label = "y"
            return y
        }
        let x = Value(3, label: "x")
        let result = y(x)
        let paths = paths(from: result, to: "x")
        let central = checkGradients(by: [x]) { y(x) }[0].central
        result.backward()
        return ["| path | its local derivatives | product |", "|---|---|---|"]
            + paths.map { path in
                let factors = path.factors.map(short).joined(separator: " × ")
                return "| \(path.names.joined(separator: " ← ")) | \(factors) | "
                    + "\(short(path.product)) |"
            } + [
                "| sum over all paths | | \(short(paths.map(\.product).reduce(0, +))) |",
                "| `x.grad` after `y.backward()` | | \(short(x.grad)) |",
                "| central difference | | \(decimals(central)) |",
            ]
    }

    @Sendable private static func chainMistakes() -> [String] {
        let x = Value(2)
        func y() -> Value { (3 * x + 1).pow(2) }
        let gradient = checkGradients(by: [x]) { y() }[0]
        let u = derivative(at: x.data) { 3 * $0 + 1 }
        let outer = derivative(at: 3 * x.data + 1) { $0.pow(2) }
        let outerAtX = derivative(at: x.data) { $0.pow(2) }
        return [
            "| | derivative of (3x + 1)² at x = \(short(x.data)) |", "|---|---|",
            "| right: outer at 3x + 1, times inner | \(short(outer)) × \(short(u)) = "
                + "\(short(outer * u)) |",
            "| outer derivative taken at x | \(short(outerAtX)) × \(short(u)) = "
                + "\(short(outerAtX * u)) |",
            "| inner derivative forgotten | \(short(outer)) |",
            "| added along the path | \(short(outer)) + \(short(u)) = \(short(outer + u)) |",
            "| `x.grad` after `backward()` | \(short(gradient.backward)) |",
            "| central difference | \(decimals(gradient.central)) |",
        ]
    }

    // MARK: The Value class

    @Sendable private static func localDerivatives() -> [String] {
        let (a, b) = (Value(2), Value(-3))
        func row(_ text: String, _ f: () -> Value) -> String {
            let gradients = checkGradients(by: [a, b]) { f() }
            let numbers = f().numbers()
            let uses = [a, b].map { x in numbers.contains { $0 === x } }
            func cell(_ i: Int, _ number: KeyPath<GradientDifference, Double>) -> String {
                uses[i] ? decimals(gradients[i][keyPath: number]) : "–"
            }
            return "| `\(text)` | \(decimals(f().data)) | \(cell(0, \.backward)) | "
                + "\(cell(0, \.central)) | \(cell(1, \.backward)) | \(cell(1, \.central)) |"
        }
        return [
            "| a = 2, b = -3 | `data` | `a.grad` | central | `b.grad` | central |",
            "|---|---|---|---|---|---|",
            row("a + b") { a + b },
            row("a * b") { a * b },
            row("a.pow(3)") { a.pow(3) },
            row("a.log()") { a.log() },
            row("a.exp()") { a.exp() },
            row("a.relu()") { a.relu() },
            row("a - b") { a - b },
            row("a / b") { a / b },
        ]
    }

    /// What -a, a - b and a / b make, beside the numbers that they are given.
    @Sendable private static func objectsPerOperator() -> [String] {
        let (a, b) = (Value(2), Value(-3))
        return [-a, a - b, a / b].map { y in
            "\(y.numbers().count { $0 !== a && $0 !== b })"
        }
    }

    @Sendable private static func derivativeMistakes() -> [String] {
        func row(
            _ text: String, _ mistake: String, _ wrong: Double, by x: Value, _ f: () -> Value
        ) -> String {
            let gradient = checkGradients(by: [x]) { f() }[0]
            return "| \(text) | \(mistake) = \(short(wrong)) | \(short(gradient.backward)) | "
                + "\(decimals(gradient.central)) |"
        }
        let (a, b) = (Value(2), Value(-3))
        return [
            "| derivative by a of | mistake | right: `a.grad` | central difference |",
            "|---|---|---|---|",
            row("a × b", "1 × 1, as for a sum", 1, by: a) { a * b },
            row("a × b", "its own number, a", a.data, by: a) { a * b },
            row("a³", "3a³, exponent not lowered", 3 * a.pow(3).data, by: a) { a.pow(3) },
            row("a³", "a², factor 3 forgotten", a.pow(2).data, by: a) { a.pow(3) },
        ]
    }

    /// At the kink of relu: what `backward()` gives, and what the central difference gives.
    @Sendable private static func reluAtZero() -> [String] {
        let x = Value(0)
        let gradient = checkGradients(by: [x]) { x.relu() }[0]
        return [short(gradient.backward), String(format: "%.1f", gradient.central)]
    }

    /// The logarithm of -1, and the derivative that is computed beside it.
    @Sendable private static func logOfMinusOne() -> [String] {
        let x = Value(-1)
        let y = x.log()
        y.backward()
        // A NaN has a sign, which means nothing and depends on the processor.
        return [y.data.isNaN ? "nan" : "\(y.data)", "\(x.grad)"]
    }

    // MARK: The forward pass

    /// The number at the end of micrograd's expression, and the gradients of a and b.
    @Sendable private static func expressionResults() -> [String] {
        let g = GraphExample.expression.result()
        let all = g.numbers()
        let leaves = ["a", "b"].compactMap { name in all.first { $0.label == name } }
        return [decimals(g.data)] + leaves.map { decimals($0.grad) }
    }

    /// How often one number is used in the graph of a document: at most, and a parameter at most.
    @Sendable private static func mostUses() throws -> [String] {
        let start = try FirstStep()
        var uses: [ObjectIdentifier: Int] = [:]
        for child in start.loss().numbers().flatMap(\.children) {
            uses[ObjectIdentifier(child), default: 0] += 1
        }
        let params = start.gpt.params.map { uses[ObjectIdentifier($0)] ?? 0 }
        return ["\(uses.values.max() ?? 0)", "\(params.max() ?? 0)"]
    }

    @Sendable private static func objectsOfADocument() throws -> [String] {
        let start = try FirstStep()
        let nodes = start.loss().numbers()
        let params = Set(start.gpt.params.map(ObjectIdentifier.init))
        let leaves = nodes.filter { $0.operation == .leaf }
        let used = leaves.count { params.contains(ObjectIdentifier($0)) }
        let made = Dictionary(grouping: nodes.filter { $0.operation != .leaf }, by: \.operation)
            .map { operation, nodes in (name: "\(operation)", count: nodes.count) }
            .sorted { ($1.count, $0.name) < ($0.count, $1.name) }
        return [
            "| under the loss of \"\(start.document)\" | objects |", "|---|---|",
            "| parameters that it uses, of \(params.count) | \(used) |",
            "| plain numbers wrapped | \(leaves.count - used) |",
        ] + made.map { "| made by `\($0.name)` | \($0.count) |" } + [
            "| all | \(nodes.count) |"
        ]
    }

    /// Counted by references that do not keep what they refer to.
    @Sendable private static func nodesAlive() throws -> [String] {
        let start = try FirstStep()
        var loss: Value? = start.loss()
        let references = (loss?.numbers() ?? []).map(Weak.init)
        func row(_ when: String) -> String {
            let alive = references.compactMap(\.value)
            let leaves = alive.count { $0.operation == .leaf }
            return "| \(when) | \(leaves) | \(alive.count - leaves) |"
        }
        // What is not used again may be freed early, so the rows hold on to it.
        var lines = ["| | leaves | made by operations |", "|---|---|---|"]
        withExtendedLifetime(loss) { lines.append(row("after the forward pass")) }
        loss?.backward()
        withExtendedLifetime(loss) { lines.append(row("after `loss.backward()`")) }
        loss = nil
        withExtendedLifetime(start) { lines.append(row("when nobody holds `loss` any more")) }
        return lines
    }

    /// One output of a linear layer, as line 95 of microgpt.py has it and as `dot` has it.
    @Sendable private static func dotBesidePlain() throws -> [String] {
        let start = try FirstStep()
        let (w, x) = (start.gpt.lmHead[0], start.gpt.wte[0])
        func row(_ text: String, _ y: Value) -> String {
            for p in w + x { p.grad = 0 }
            y.backward()
            let own = y.numbers().count - w.count - x.count
            let bits = (w + x).map(\.grad.bitPattern)
            checks.append((y.data.bitPattern, bits))
            return "| \(text) | \(own) | \(String(format: "%.17g", y.data)) |"
        }
        var checks: [(data: UInt64, grads: [UInt64])] = []
        let rows = [
            row("`*` and `+`, from 0", zip(w, x).reduce(Value(0)) { $0 + $1.0 * $1.1 }),
            row("`dot(w, x)`", dot(w, x)),
        ]
        let same = checks[0].data == checks[1].data && checks[0].grads == checks[1].grads
        return [
            "| one sum of \(w.count) products | new objects | `data` |", "|---|---|---|",
        ] + rows + [
            "| the same bits, in `data` and in all \(checks[0].grads.count) gradients | | "
                + "\(same ? "yes" : "no") |"
        ]
    }

    @Sendable private static func detached() -> [String] {
        func row(_ text: String, _ y: (Value) -> Value) -> String {
            let x = Value(3)
            let y = y(x)
            y.backward()
            return "| `\(text)` | \(short(y.data)) | \(short(x.grad)) |"
        }
        return [
            "| y, at x = 3 | `y.data` | `x.grad` |", "|---|---|---|",
            row("x * x + 2 * x") { x in x * x + 2 * x },
            row("x * x.data + 2 * x") { x in x * x.data + 2 * x },
            row("Value(x.data * x.data) + 2 * x") { x in Value(x.data * x.data) + 2 * x },
            row("Value(x.data * x.data + 2 * x.data)") { x in
                Value(x.data * x.data + 2 * x.data)
            },
        ]
    }

    @Sendable private static func staleNumbers() -> [String] {
        func row(_ text: String, _ f: (Value, Value) -> Value) -> String {
            let (a, b) = (Value(2), Value(-3))
            let c = f(a, b)
            b.data = 5
            let fresh = f(a, b).data
            c.backward()
            return "| `\(text)` | \(short(c.data)) | \(short(fresh)) | \(short(a.grad)) |"
        }
        return [
            "| c | `c.data` | made anew | `a.grad` from the old c |", "|---|---|---|---|",
            row("a * b") { a, b in a * b },
            row("dot([a], [b])") { a, b in dot([a], [b]) },
        ]
    }
}

// MARK: - What the figures start from

/// The model and the first document of the training on names.txt, before its first step.
private struct FirstStep {
    let gpt: GPT
    let document: String
    private let tokens: [Int]
    /// The parameter whose slope is the steepest of all.
    let knob: Value

    init() throws {
        gpt = try TrainingRun.start().gpt
        document = try TrainingRun.documents()[0]
        tokens = try gpt.tokenizer.tokens(of: document)
        knob = gpt.lmHead[26][10]
    }

    func loss() -> Value { gpt.loss(tokens) }

    /// What the model expects after the last letter.
    func probsAtTheEnd() -> [Value] {
        var cache = gpt.emptyCache
        let logits = tokens.dropLast().enumerated().map { posID, tokenID in
            gpt.forward(tokenID: tokenID, posID: posID, cache: &cache)
        }
        return softmax(logits[logits.count - 1])
    }

    /// The loss with the knob turned a little; then it is turned back.
    func loss(movingKnobBy h: Double) -> Double {
        let p = knob.data
        knob.data = p + h
        defer { knob.data = p }
        return loss().data
    }

    /// The derivative of the loss by the knob, from `backward()`.
    func slope() -> Double {
        for p in gpt.params { p.grad = 0 }
        loss().backward()
        return knob.grad
    }
}

private struct Weak {
    weak var value: Value?
    init(_ value: Value) { self.value = value }
}

// MARK: - Paths through a graph

private struct Path {
    let names: [String]
    /// The derivative of each number on the path by the one after it.
    let factors: [Double]
    let leaf: Value
    var product: Double { factors.reduce(1, *) }
}

/// All ways from a result down to a number, by its label.
private func paths(from result: Value, to name: String) -> [Path] {
    let label = result.label ?? ""
    if label == name { return [Path(names: [name], factors: [], leaf: result)] }
    return zip(result.children, result.localGrads).flatMap { child, localGrad in
        paths(from: child, to: name).map { path in
            Path(
                names: [label] + path.names, factors: [localGrad] + path.factors, leaf: path.leaf)
        }
    }
}

private func derivative(at x: Double, of f: (Value) -> Value) -> Double {
    let x = Value(x)
    f(x).backward()
    return x.grad
}

private func decimals(_ x: Double) -> String {
    String(format: "%.4f", abs(x) < 0.000_05 ? 0 : x)
}

/// As few digits as it takes.
private func short(_ x: Double) -> String { String(format: "%.10g", x) }
