import Inspection
import MicroGPT
import PythonRandom
import TestSupport
import Testing

/// Every derivative of the single file against finite differences: of its operations, its layers, and
/// the loss of whole models. `swift test --filter Gradients` runs these alone.
@Suite struct Gradients {
    // MARK: - Operations

    /// An operation, where it is tried, and what it must give there.
    struct Operation: Sendable, CustomTestStringConvertible {
        let name: String
        let a: Double
        let b: Double
        let result: Double
        let apply: @Sendable (Value, Value) -> Value
        var testDescription: String { "\(name) at \(a), \(b)" }

        init(
            _ name: String, _ a: Double, _ b: Double = 0, gives result: Double,
            _ apply: @escaping @Sendable (Value, Value) -> Value
        ) {
            (self.name, self.a, self.b, self.result, self.apply) = (name, a, b, result, apply)
        }
    }

    static let operations = [
        Operation("a + b", 2, -3, gives: -1) { $0 + $1 },
        Operation("a - b", 2, -3, gives: 5) { $0 - $1 },
        Operation("a * b", 2, -3, gives: -6) { $0 * $1 },
        Operation("a / b", 3, -4, gives: -0.75) { $0 / $1 },
        Operation("-a", 2, gives: -2) { a, _ in -a },
        Operation("a + 4", 2, gives: 6) { a, _ in a + 4 },
        Operation("a - 4", 2, gives: -2) { a, _ in a - 4 },
        Operation("a * 4", 2, gives: 8) { a, _ in a * 4 },
        Operation("a / 4", 2, gives: 0.5) { a, _ in a / 4 },
        Operation("4 + a", 2, gives: 6) { a, _ in 4 + a },
        Operation("4 - a", 2, gives: 2) { a, _ in 4 - a },
        Operation("4 * a", 2, gives: 8) { a, _ in 4 * a },
        Operation("4 / a", 2, gives: 2) { a, _ in 4 / a },
        Operation("a += b", 2, -3, gives: -1) { inPlace($0) { $0 += $1 }($1) },
        Operation("a -= b", 2, -3, gives: 5) { inPlace($0) { $0 -= $1 }($1) },
        Operation("a *= b", 2, -3, gives: -6) { inPlace($0) { $0 *= $1 }($1) },
        Operation("a /= b", 3, -4, gives: -0.75) { inPlace($0) { $0 /= $1 }($1) },
        Operation("a += 4", 2, gives: 6) { a, b in inPlace(a) { a, _ in a += 4 }(b) },
        Operation("a -= 4", 2, gives: -2) { a, b in inPlace(a) { a, _ in a -= 4 }(b) },
        Operation("a *= 4", 2, gives: 8) { a, b in inPlace(a) { a, _ in a *= 4 }(b) },
        Operation("a /= 4", 2, gives: 0.5) { a, b in inPlace(a) { a, _ in a /= 4 }(b) },
        Operation("pow(3)", -2, gives: -8) { a, _ in a.pow(3) },
        Operation("pow(0.5)", 9, gives: 3) { a, _ in a.pow(0.5) },
        Operation("pow(-1)", 4, gives: 0.25) { a, _ in a.pow(-1) },
        Operation("pow(0)", 4, gives: 1) { a, _ in a.pow(0) },
        Operation("log", 1, gives: 0) { a, _ in a.log() },
        Operation("log", 0.2, gives: -1.6094379124341003) { a, _ in a.log() },
        Operation("exp", 0, gives: 1) { a, _ in a.exp() },
        Operation("exp", 1.5, gives: 4.4816890703380645) { a, _ in a.exp() },
        Operation("relu", 2, gives: 2) { a, _ in a.relu() },
        Operation("relu", -2, gives: 0) { a, _ in a.relu() },
        Operation("tanh", 0.5, gives: 0.46211715726000973) { a, _ in a.tanh() },
        Operation("tanh", -3, gives: -0.9950547536867305) { a, _ in a.tanh() },
        Operation("sigmoid", 0, gives: 0.5) { a, _ in a.sigmoid() },
        Operation("sigmoid", 2, gives: 0.8807970779778823) { a, _ in a.sigmoid() },
        Operation("sigmoid", -2, gives: 0.11920292202211755) { a, _ in a.sigmoid() },
        Operation("sum", 2, -3, gives: 0) { sum([$0, $1, Value(-1), $0, Value(0) * $1]) },
        Operation("sum of the same", 2, gives: 6) { a, _ in sum([a, a, a]) },
        Operation("dot", 2, -3, gives: -5) { dot([$0, $1, $0], [$1, $0, Value(3.5)]) },
        Operation("dot with itself", 2, -3, gives: 13) { dot([$0, $1], [$0, $1]) },
        Operation("a * a + a", 2, gives: 6) { a, _ in a * a + a },
        Operation("a / a", 2, gives: 1) { a, _ in a / a },
        Operation("a deep mix", 0.7, -0.4, gives: 0.6660289509568107) { a, b in
            ((a * b).exp() + a.tanh() / (b.pow(2) + 1)).log() + (a - b).sigmoid() - dot([a], [b])
                - (a + 2).pow(-0.5)
        },
    ]

    /// The results stand in the table with all their digits; the last one may be rounded otherwise.
    static let resultTolerance = 5e-16

    @Test("results and derivatives", arguments: operations)
    func operation(_ operation: Operation) {
        let (a, b) = (Value(operation.a), Value(operation.b))
        let result = operation.apply(a, b)
        let tolerance = Self.resultTolerance * max(1, abs(operation.result))
        #expect(abs(result.data - operation.result) <= tolerance, "\(result.data)")

        for difference in checkGradients(by: [a, b], of: { operation.apply(a, b) }) {
            #expect(
                difference.isWithinTolerance, "\(difference.backward) is \(difference.central)")
        }
    }

    private static func inPlace(
        _ a: Value, _ change: @escaping (inout Value, Value) -> Void
    ) -> (Value) -> Value {
        { b in
            var result = a
            change(&result, b)
            return result
        }
    }

    // MARK: - Layers

    struct Layer: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let apply: @Sendable ([Value]) -> [Value]
    }

    static let layers = [
        Layer(testDescription: "softmax", apply: softmax),
        Layer(testDescription: "rmsnorm", apply: rmsnorm),
        Layer(testDescription: "layernorm", apply: layernorm),
        Layer(testDescription: "linear") { x in linear(x, [x, x.map { $0.exp() }]) },
    ]

    @Test("each layer passes finite differences", arguments: layers)
    func layer(_ layer: Layer) {
        var random = PythonRandom(seed: 3)
        for n in [1, 2, 5, 16] {
            let x = (0..<n).map { _ in Value(random.gauss(0, 1.5)) }
            let coefficients = (0..<n).map { _ in random.gauss(0, 1) }
            let differences = checkGradients(by: x) {
                sum(zip(layer.apply(x), coefficients).map { $0 * $1 })
            }
            #expect(differences.allSatisfy { $0.isWithinTolerance })
        }
    }

    // MARK: - Whole models

    @Test("each preset passes finite differences", arguments: [Config.lesson, .gist])
    func preset(_ config: Config) throws {
        var (documents, gpt, _, adam) = try ExactnessTests.start(config)
        // From the second step on, no matrix of the lesson preset is 0.
        for document in documents.prefix(2) { _ = try gpt.trainStep(document, &adam) }
        let tokens = try gpt.tokenizer.tokens(of: documents[2])
        for (name, matrix) in gpt.stateDict {
            let params = tried(Array(matrix.joined()), oneIn: 61)
            let differences = checkGradients(by: params) { gpt.loss(tokens) }
            #expect(differences.allSatisfy { $0.isWithinTolerance }, "\(name)")
            #expect(differences.contains { $0.backward != 0 }, "\(name)")
        }
    }

    @Test(
        "a whole model of another shape passes finite differences",
        arguments: [
            ModelTests.tiny(), ModelTests.tiny { $0.activation = .squaredRelu },
            ModelTests.tiny { $0.nLayer = 2 }, ModelTests.tiny { $0.nHead = 1 },
            ModelTests.tiny { $0.nHead = 4 },
        ])
    func shape(_ config: Config) throws {
        let gpt = try ModelTests.model(config)
        let tokens = try gpt.tokenizer.tokens(of: "emma")
        let differences = checkGradients(by: gpt.params) { gpt.loss(tokens) }
        #expect(differences.allSatisfy { $0.isWithinTolerance })
        #expect(differences.count { $0.backward != 0 } > gpt.params.count / 2)
    }
}
