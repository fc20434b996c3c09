import Efficiency
import Foundation
import Inspection
import MicroGPT
import PythonRandom
import TestSupport
import Testing

typealias Found = (loss: Double, gradients: [Double])

/// What the single file finds for some documents.
struct Expected: Sendable, CustomTestStringConvertible {
    static let names = [
        "a", "bo", "emma", "isabella", "abcdefghijklmnop", "maximilianalexanderson",
    ]
    static let all: [Expected] = try! [.lesson, .gist, twoLayers, wide].map(Expected.init)

    private static var twoLayers: Config {
        var config = Config.gist
        config.nLayer = 2
        return config
    }
    private static var wide: Config {
        var config = Config.gist
        (config.nEmbd, config.nHead) = (64, 8)
        return config
    }

    let config: Config
    let params: [Double]
    let documents: [[Int]]
    /// For each document, and at last for all of them as a batch.
    let found: [Found]

    var testDescription: String { config.debugDescription }

    static func model(_ config: Config) throws -> GPT {
        var rng = PythonRandom(seed: 42)
        return GPT(config, Tokenizer(documents: ["abcdefghijklmnopqrstuvwxyz"]), &rng)
    }

    init(_ config: Config) throws {
        let gpt = try Self.model(config)
        // Not zero, as attnWo and mlpFc2 are in the lesson preset, so that all gradients count.
        var rng = PythonRandom(seed: 7)
        for p in gpt.params { p.data += rng.gauss(0, 0.05) }
        var names = Self.names[...]
        #if DEBUG  // the others take ten seconds
            if config.nEmbd > 16 { names = names.prefix(3) }
        #endif
        let documents = try names.map(gpt.tokenizer.tokens(of:))
        func backward(_ documents: [[Int]]) -> Found {
            for p in gpt.params { p.grad = 0 }
            let losses = documents.map { tokens in
                let loss = gpt.loss(tokens)
                (1 / Double(documents.count) * loss).backward()
                return loss.data
            }
            return (losses.reduce(0, +) / Double(documents.count), gpt.params.map(\.grad))
        }
        found = documents.map { backward([$0]) } + [backward(documents)]
        (self.config, self.documents, params) = (config, documents, gpt.params.map(\.data))
    }
}

@Suite struct EngineTests {
    /// Lets an engine find the same.
    private static func compare(
        _ make: (GPT) throws -> any Engine, _ expected: Expected, documents: Int = .max,
        _ check: (_ actual: Found, _ expected: Found, _ what: String) -> Void
    ) throws {
        var engine = try make(try Expected.model(expected.config))
        engine.params = expected.params
        #expect(engine.params == expected.params)
        for (i, tokens) in expected.documents.prefix(documents).enumerated() {
            check(engine.lossAndGradients([tokens]), expected.found[i], Expected.names[i])
        }
        guard documents == .max, let batch = expected.found.last else { return }
        check(engine.lossAndGradients(expected.documents), batch, "a batch")
        #expect(engine.params == expected.params)
    }

    private static func expectSameBits(_ actual: Found, _ expected: Found, _ what: String) {
        expectSame([actual.loss], [expected.loss], "the loss of \(what)")
        expectSame(actual.gradients, expected.gradients, "the gradients of \(what)")
    }

    /// Sums in another order round otherwise: about 1e-16 for each of some thousand additions.
    private static let tolerance = 1e-12

    private static func expectClose(_ actual: Found, _ expected: Found, _ what: String) {
        #expect(abs(actual.loss - expected.loss) <= tolerance * expected.loss, "\(what)")
        let largest = expected.gradients.map(abs).max() ?? 0
        let error = zip(actual.gradients, expected.gradients).map { abs($0 - $1) }.max() ?? .nan
        #expect(error <= tolerance * largest, "\(what): \(error / largest)")
    }

    @Test(arguments: Expected.all)
    func `scalars have the bits of the single file`(_ expected: Expected) throws {
        var documents = Int.max
        #if DEBUG  // half a minute in debug builds
            documents = expected.config.nEmbd > 16 ? 1 : 3
        #endif
        try Self.compare(
            { try Rung.scalars.engine($0) }, expected, documents: documents, Self.expectSameBits)
    }

    @Test(arguments: Expected.all)
    func `the single file as an engine has its bits`(_ expected: Expected) throws {
        try Self.compare({ try Rung.file.engine($0) }, expected, Self.expectSameBits)
    }

    @Test(arguments: Expected.all)
    func `the faster objects have the bits of the single file`(_ expected: Expected) throws {
        try Self.compare({ try Rung.dots.engine($0) }, expected, Self.expectSameBits)
    }

    @Test(arguments: Expected.all)
    func `the tape has the bits of the single file`(_ expected: Expected) throws {
        try Self.compare(Tape.init, expected, Self.expectSameBits)
    }

    @Test(arguments: Expected.all)
    func `the arrays agree with the single file to 1e-12`(_ expected: Expected) throws {
        try Self.compare(Arrays.init, expected, Self.expectClose)
    }

    // MARK: - Training

    static let names = [
        "emma", "olivia", "ava", "isabella", "sophia", "bo", "mia", "charlotte", "evelyn", "a",
    ]

    static var smallConfigs: [Config] {
        [Config.lesson, .gist].map { preset in
            var config = preset
            (config.nEmbd, config.nHead, config.numSteps) = (8, 2, 20)
            return config
        }
    }

    /// Adam divides by the root of the mean square: where gradients are near 1e-8, the last bits
    /// that arrays have otherwise move a parameter by more than last bits.
    private static let trainingTolerance = 1e-9

    /// The same with 32-bit numbers: 1e-7 for each addition, and what twenty steps make of it.
    private static let floatTolerance = 1e-3

    @Test(arguments: smallConfigs, Rung.allCases)
    func `a training by an engine is the single file's`(_ config: Config, _ rung: Rung) throws {
        let gpt = try Expected.model(config)
        let start = gpt.params.map(\.data)
        var engine = try rung.engine(gpt)
        var adam = Adam(paramCount: gpt.params.count)
        for step in 0..<config.numSteps {
            let name = Self.names[step % Self.names.count]
            let loss = engine.trainStep([try gpt.tokenizer.tokens(of: name)])
            if step == 0 { #expect(gpt.params.map(\.data) == start, "the model given has moved") }
            let expected = try gpt.trainStep(name, &adam)
            switch rung {
            case .scalars, .file, .dots, .tape: expectSame([loss], [expected], "step \(step)")
            case .arrays: #expect(abs(loss - expected) <= Self.trainingTolerance, "step \(step)")
            case .simd: #expect(abs(loss - expected) <= Self.floatTolerance, "step \(step)")
            }
        }
        let params = gpt.params.map(\.data)
        #expect(engine.adam.step == adam.step && params != start)
        switch rung {
        case .scalars, .file, .dots, .tape:
            expectSame(engine.params, params, "the parameters")
            expectSame(engine.adam.m, adam.m, "the first moments")
            expectSame(engine.adam.v, adam.v, "the second moments")
        case .arrays:
            let error = zip(engine.params, params).map { abs($0 - $1) }.max() ?? .nan
            #expect(error <= Self.trainingTolerance, "\(error)")
        case .simd: break  // where a gradient is noise, Adam goes by its sign
        }
    }

    @Test(arguments: Rung.allCases)
    func `a loss that is not finite updates nothing`(_ rung: Rung) throws {
        let gpt = try Expected.model(Self.smallConfigs[1])
        var engine = try rung.engine(gpt)
        var params = engine.params
        let place = try #require(gpt.params.firstIndex { $0 === gpt.lmHead[1][0] })
        params[place] = .infinity
        engine.params = params
        let loss = engine.trainStep([try gpt.tokenizer.tokens(of: "bo")])
        #expect(!loss.isFinite)
        #expect(engine.adam.step == 0 && engine.params == params)
    }

    // ArraysTests has the messages; here, that each engine looks.
    @Test func `documents that are none trap`() async {
        await #expect(processExitsWith: .failure) {
            _ = Tape(try Expected.model(.gist)).lossAndGradients([])
        }
        await #expect(processExitsWith: .failure) {
            var engine = try Rung.dots.engine(try Expected.model(.gist))
            _ = engine.lossAndGradients([[26, 0, 26], [26]])
        }
        await #expect(processExitsWith: .failure) {
            _ = Tape(try Expected.model(.gist)).lossAndGradients([[26, 27, 26]])
        }
    }
}
