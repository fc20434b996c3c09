import Foundation
import Inspection
import MicroGPT
import PythonRandom
import TestSupport
import Testing

/// Whole training runs against runs of microgpt.py under CPython. Release builds run all steps; debug
/// builds, in which a step is slow, the first ones, and ProgramTests a whole run to the digits it prints.
@Suite struct ExactnessTests {
    struct Preset: Sendable, CustomTestStringConvertible {
        let name: String
        let config: Config
        var testDescription: String { name }
    }

    static let presets = [
        Preset(name: "lesson", config: .lesson), Preset(name: "gist", config: .gist),
    ]

    /// What microgpt.py has before its training loop.
    static func start(_ config: Config) throws -> (
        documents: [String], gpt: GPT, rng: PythonRandom, adam: Adam
    ) {
        var rng = PythonRandom(seed: config.seed)
        var documents = try readDocuments(Fixture.names)
        rng.shuffle(&documents)
        let gpt = GPT(config, Tokenizer(documents: documents), &rng)
        return (documents, gpt, rng, Adam(paramCount: gpt.params.count))
    }

    @Test("training and sampling give CPython's bits", arguments: presets)
    func run(_ preset: Preset) throws {
        let golden = try GoldenRun.load(preset.name)
        let config = preset.config
        var (documents, gpt, rng, adam) = try Self.start(config)

        #expect(documents.count == golden.numDocs)
        #expect(Array(documents.prefix(20)) == golden.firstDocs)
        #expect(gpt.tokenizer.vocabSize == golden.vocabSize)
        #expect(String(String.UnicodeScalarView(gpt.tokenizer.characters)) == golden.uchars)
        #expect(gpt.params.count == golden.numParams)
        expectHash(gpt, golden.initParamsSha256, "at first")

        #if DEBUG
            let steps = 110  // there is a digest of the parameters after 100
        #else
            let steps = config.numSteps
        #endif
        var losses: [Double] = []
        for step in 1...steps {
            losses.append(try gpt.trainStep(documents[adam.step % documents.count], &adam))
            if let hash = golden.paramsSha256AfterStep[String(step)] {
                expectHash(gpt, hash, "after step \(step)")
            }
        }
        expectSame(losses, golden.losses.prefix(steps).map(\.value), "losses")
        guard steps == config.numSteps else { return }

        expectHash(gpt, golden.finalParamsSha256, "at last")
        let samples = (0..<config.numSamples).map { _ in
            gpt.sample(temperature: config.temperature, &rng)
        }
        #expect(samples == golden.samples)
    }

    private func expectHash(
        _ gpt: GPT, _ expected: String, _ when: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        guard bitsMustAgree else { return }
        #expect(
            sha256(gpt.params.map(\.data)) == expected, "parameters \(when)",
            sourceLocation: sourceLocation)
    }

    @Test("the first three gradients are CPython's", arguments: presets)
    func gradients(_ preset: Preset) throws {
        let golden = try GoldenRun.load(preset.name)
        var (documents, gpt, _, adam) = try Self.start(preset.config)
        for step in 0..<3 {
            let expected = try #require(golden.grads[String(step)])
            let tokens = try gpt.tokenizer.tokens(of: documents[step])
            #expect(documents[step] == expected.doc)
            #expect(tokens == expected.tokens)

            let loss = gpt.loss(tokens)
            loss.backward()
            let losses = loss.children[1].children.map(\.data)
            expectSame(losses, expected.losses.map(\.value), "losses of step \(step)")
            for (name, matrix) in gpt.stateDict {
                let row = try #require(expected.firstRow[name]).map(\.value)
                expectSame(matrix[0].map(\.grad), row, "first row of \(name), step \(step)")
            }
            let bos = gpt.wte[gpt.tokenizer.bos].map(\.grad)
            expectSame(bos, expected.bosRowWte.map(\.value), "row of BOS, step \(step)")
            if bitsMustAgree { #expect(sha256(gpt.params.map(\.grad)) == expected.sha256) }
            adam.update(gpt.params, preset.config)
        }
    }

    /// The graph remembers all that the forward pass made, so that it can be read back from there.
    @Test("each head's attention in step 0 is CPython's", arguments: presets)
    func attention(_ preset: Preset) throws {
        let golden = try GoldenRun.load(preset.name)
        let (documents, gpt, _, _) = try Self.start(preset.config)
        let tokens = try gpt.tokenizer.tokens(of: documents[0])
        var cache = KVCache(repeating: ([], []), count: preset.config.nLayer)
        let headDim = preset.config.headDim
        for posID in 0..<min(preset.config.blockSize, tokens.count - 1) {
            let logits = gpt.forward(tokenID: tokens[posID], posID: posID, cache: &cache)
            let rows = golden.trace.filter { $0.pos == posID }
            #expect(rows.count == preset.config.nHead + 1)

            let finalX = logits[0].right
            let mlpResidual = finalX.map { $0.children[1] }
            let xAttn = mlpResidual[0].children[0].right
            for row in rows {
                func expect(_ actual: [Value], _ expected: [Hex]?, _ name: String) throws {
                    let expected = try #require(expected).map(\.value)
                    let place = "\(name), position \(posID), head \(row.head ?? -1)"
                    expectSame(actual.map(\.data), expected, place)
                }
                guard let h = row.head else {
                    try expect(finalX, row.finalX, "final x")
                    try expect(logits, row.logits, "logits")
                    continue
                }
                let head = h * headDim..<(h + 1) * headDim
                let headOut = Array(xAttn[head])
                let attnWeights = headOut[0].left
                let attnLogits = attnWeights.map { $0.children[0].children[0].children[0] }
                let qH = attnLogits[0].children[0].left
                try expect(qH, row.qH, "qH")
                try expect(Array(cache[0].keys[posID][head]), row.kLast, "the last of kH")
                try expect(Array(cache[0].values[posID][head]), row.vLast, "the last of vH")
                try expect(attnLogits, row.attnLogits, "attnLogits")
                try expect(attnWeights, row.attnWeights, "attnWeights")
                try expect(headOut, row.headOut, "headOut")
            }
        }
    }
}

extension Value {
    /// The two lists of a dot product.
    fileprivate var left: [Value] {
        stride(from: 0, to: children.count, by: 2).map { children[$0] }
    }
    fileprivate var right: [Value] {
        stride(from: 1, to: children.count, by: 2).map { children[$0] }
    }
}
