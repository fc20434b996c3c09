import Efficiency
import Foundation
import MicroGPT
import TestSupport
import Testing

@Suite struct EngineTests {
    static func configs() -> [Config] {
        var twoLayers = Config.gist
        twoLayers.nLayer = 2
        var wide = Config.gist
        (wide.nEmbd, wide.nHead) = (64, 8)
        return [.lesson, .gist, twoLayers, wide]
    }

    static func model(_ config: Config) throws -> GPT {
        var rng = PythonRandom(seed: 42)
        return try GPT(config, Tokenizer(documents: ["abcdefghijklmnopqrstuvwxyz"]), &rng)
    }

    static let documents = [
        "a", "bo", "emma", "isabella", "abcdefghijklmnop", "maximilianalexanderson",
    ]

    /// What an engine finds for documents, beside what the single file finds for each of them.
    private static func compare<E: Engine>(
        _ engine: E.Type, _ config: Config,
        _ check: (
            _ document: String, _ actual: (loss: Double, gradients: [Double]),
            _ expected: (loss: Double, gradients: [Double])
        ) -> Void
    ) throws {
        var engine = try E(try model(config))
        let gpt = try model(config)
        // Not zero, as attnWo and mlpFc2 are in the lesson preset, so that all gradients count.
        var rng = PythonRandom(seed: 7)
        for p in gpt.params { p.data += rng.gauss(0, 0.05) }
        engine.params = gpt.params.map(\.data)
        #expect(engine.params == gpt.params.map(\.data))

        var all: [(loss: Double, gradients: [Double])] = []
        for document in documents {
            let tokens = try gpt.tokenizer.encode(document)
            for p in gpt.params { p.grad = 0 }
            let loss = gpt.loss(tokens)
            loss.backward()
            let expected = (loss: loss.data, gradients: gpt.params.map(\.grad))
            check(document, engine.lossAndGradients([tokens]), expected)
            all.append(expected)
        }
        let batch = engine.lossAndGradients(try documents.map(gpt.tokenizer.encode))
        let means = gpt.params.indices.map { i in
            all.reduce(0) { $0 + $1.gradients[i] } / Double(all.count)
        }
        expectClose(batch, (all.reduce(0) { $0 + $1.loss } / Double(all.count), means), "a batch")
    }

    /// Sums in another order round otherwise: about 1e-16 for each of some thousand additions.
    private static let tolerance = 1e-12

    private static func expectClose(
        _ actual: (loss: Double, gradients: [Double]),
        _ expected: (loss: Double, gradients: [Double]), _ document: String
    ) {
        #expect(abs(actual.loss - expected.loss) <= tolerance * expected.loss, "\(document)")
        let largest = expected.gradients.map(abs).max() ?? 0
        let error = zip(actual.gradients, expected.gradients).map { abs($0 - $1) }.max() ?? .nan
        #expect(error <= tolerance * largest, "\(document): \(error / largest)")
    }

    @Test(arguments: configs())
    func `the tape has the bits of the single file`(_ config: Config) throws {
        try Self.compare(Tape.self, config) { document, actual, expected in
            expectSame([actual.loss], [expected.loss], "the loss of \(document)")
            expectSame(actual.gradients, expected.gradients, "the gradients of \(document)")
        }
    }

    @Test(arguments: configs())
    func `the arrays agree with the single file to 1e-12`(_ config: Config) throws {
        try Self.compare(Arrays.self, config) { document, actual, expected in
            Self.expectClose(actual, expected, document)
        }
    }
}
