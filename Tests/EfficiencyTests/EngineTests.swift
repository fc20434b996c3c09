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

    @Test(arguments: configs()) func `the tape has the bits of the single file`(_ config: Config)
        throws
    {
        let gpt = try Self.model(config)
        // Not zero, as attnWo and mlpFc2 are in the lesson preset, so that all gradients count.
        var rng = PythonRandom(seed: 7)
        for p in gpt.params { p.data += rng.gauss(0, 0.05) }
        let tape = Tape(gpt)
        for document in Self.documents {
            let tokens = try gpt.tokenizer.encode(document)
            for p in gpt.params { p.grad = 0 }
            let loss = gpt.loss(tokens)
            loss.backward()
            let (tapeLoss, gradients) = tape.lossAndGradients([tokens])
            expectSame([tapeLoss], [loss.data], "the loss of \(document)")
            expectSame(gradients, gpt.params.map(\.grad), "the gradients of \(document)")
        }
    }

    /// No graph, so other roundings: sums are taken in another order.
    static let arraysTolerance = 1e-12

    @Test(arguments: configs()) func `the arrays agree to a relative 1e-12`(_ config: Config) throws
    {
        let gpt = try Self.model(config)
        var rng = PythonRandom(seed: 7)
        for p in gpt.params { p.data += rng.gauss(0, 0.05) }
        let arrays = Arrays(gpt)
        for document in Self.documents {
            let tokens = try gpt.tokenizer.encode(document)
            for p in gpt.params { p.grad = 0 }
            let loss = gpt.loss(tokens)
            loss.backward()
            let (arraysLoss, gradients) = arrays.lossAndGradients([tokens])
            #expect(abs(arraysLoss - loss.data) <= Self.arraysTolerance * loss.data)
            let expected = gpt.params.map(\.grad)
            let largest = expected.map(abs).max() ?? 0
            let error = zip(gradients, expected).map { abs($0 - $1) }.max() ?? 0
            #expect(error <= Self.arraysTolerance * largest, "\(document): \(error / largest)")
        }
    }
}
