import Foundation
import Inspection
import MicroGPT
import PythonRandom
import TestSupport
import Testing

@Suite struct ModelTests {
    static let documents = ["emma", "olivia", "ava", "isabella", "sophia", "mia", "amelia", "zoé"]

    static func tiny(_ change: (inout Config) -> Void = { _ in }) -> Config {
        var config = Config.gist
        config.nEmbd = 4
        config.nHead = 2
        config.blockSize = 5
        config.initStd = 0.3
        config.outputInitStd = 0.3
        change(&config)
        return config
    }

    static func model(_ config: Config) throws -> GPT {
        var rng = PythonRandom(seed: 1)
        return try GPT(checking: config, Tokenizer(documents: documents), &rng)
    }

    struct Shape: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let config: Config
        init(_ description: String, _ preset: Config, _ change: (inout Config) -> Void) {
            testDescription = description
            var config = preset
            change(&config)
            self.config = config
        }
    }

    static let shapes = [
        Shape("2 layers", .lesson) { $0.nLayer = 2 }, Shape("3 layers", .gist) { $0.nLayer = 3 },
        Shape("1 head", .lesson) { $0.nHead = 1 }, Shape("2 heads", .gist) { $0.nHead = 2 },
        Shape("8 heads", .lesson) { $0.nHead = 8 }, Shape("16 heads", .gist) { $0.nHead = 16 },
        Shape("embedding 32", .gist) { $0.nEmbd = 32 },
        Shape("context 4", .lesson) { $0.blockSize = 4 },
    ]

    // With another name at each step losses jump about by 0.3; means over 25 of them jump by less than
    // 0.1, and what is learned in 100 steps is several times that. One name is learned sooner, and its
    // losses do not jump: enough for debug builds, in which a step takes fifty times as long.
    #if DEBUG
        private static let (steps, names, window, least) = (20, 1, 1, 0.5)
    #else
        private static let (steps, names, window, least) = (100, 100, 25, 0.15)
    #endif

    @Test("other shapes learn too", arguments: shapes)
    func otherShapes(_ shape: Shape) throws {
        var config = shape.config
        config.numSteps = Self.steps
        var (documents, gpt, rng, adam) = try ExactnessTests.start(config)
        let losses = try (0..<Self.steps).map {
            try gpt.trainStep(documents[$0 % Self.names], &adam)
        }
        let first = losses.prefix(Self.window).reduce(0, +) / Double(Self.window)
        let last = losses.suffix(Self.window).reduce(0, +) / Double(Self.window)
        #expect(first - last > Self.least, "from \(first) to \(last)")
        let name = gpt.sample(temperature: 0.5, &rng)
        #expect(name.unicodeScalars.count <= shape.config.blockSize)
    }

    @Test func `parameters are counted as the formula says`() throws {
        for shape in Self.shapes {
            let config = shape.config
            let gpt = try Self.model(config)
            let expected =
                config.nEmbd
                * (2 * gpt.tokenizer.vocabSize + config.blockSize + 12 * config.nEmbd
                    * config.nLayer)
            #expect(gpt.params.count == expected)
            #expect(gpt.stateDict.reduce(0) { $0 + $1.matrix.joined().count } == expected)
        }
    }

    @Test func `what comes later changes nothing before it`() throws {
        let gpt = try Self.model(Self.tiny { $0.nLayer = 2 })
        func logits(_ tokens: [Int]) -> [[Double]] {
            var cache = gpt.emptyCache
            return tokens.enumerated().map { posID, tokenID in
                gpt.forward(tokenID: tokenID, posID: posID, cache: &cache).map(\.data)
            }
        }
        let (a, b) = (logits([3, 1, 4, 1]), logits([3, 1, 4, 5]))
        #expect(a.prefix(3) == b.prefix(3))
        #expect(a[3] != b[3])
        #expect(logits([2, 1, 4, 1])[3] != a[3], "but what comes before counts")
    }

    @Test func `a document longer than the context is cut off`() throws {
        let gpt = try Self.model(Self.tiny { $0.blockSize = 3 })
        let long = gpt.loss(try gpt.tokenizer.tokens(of: "isabella"))
        let other = gpt.loss(try gpt.tokenizer.tokens(of: "isazoé"))
        #expect(long.data == other.data)
        #expect(long.children[1].children.count == 3)
    }

    @Test func `the learning rate goes down as the schedule says`() throws {
        // With gradients of one sign, Adam moves a parameter by nearly the learning rate.
        for (config, expected) in [(Config.gist, [1, 0.75, 0.5]), (.lesson, [1, 0.853_553, 0.5])] {
            var config = config
            config.numSteps = 4
            var adam = Adam(paramCount: 1)
            let p = Value(0)
            for share in expected {
                let before = p.data
                p.grad = 1
                adam.update([p], config)
                // Shares have 6 digits in the table; Adam's epsilon changes the 8th.
                #expect(abs((before - p.data) / config.learningRate - share) < 1e-6)
                #expect(p.grad == 0)
            }
        }
    }

    @Test func `a loss that is not finite stops training and changes nothing`() throws {
        let gpt = try Self.model(Self.tiny())
        gpt.lmHead[0][0].data = .nan
        var adam = Adam(paramCount: gpt.params.count)
        let before = gpt.wte.joined().map(\.data)
        let error = UserError(
            "step 1, \"emma\": the loss is nan, not a finite number; try a learning rate below 0.01"
        )
        #expect(throws: error) { try gpt.trainStep("emma", &adam) }
        #expect(gpt.wte.joined().map(\.data) == before)
        #expect(adam.step == 0)
        var rng = PythonRandom(seed: 0)
        #expect(throws: UserError.self) { try gpt.sample(prompt: "", temperature: 1, &rng) }
    }

    static let unsound: [(String, Config)] = [
        (
            "an embedding of 4 cannot be cut into 3 equal heads; 3 or 6 can",
            tiny { $0.nHead = 3 }
        ),
        ("an embedding of 4 cannot be cut into 5 equal heads; 5 can", tiny { $0.nHead = 5 }),
        ("heads is 0; it must be a whole number from 1 to 65536", tiny { $0.nHead = 0 }),
        ("layers is -1; it must be a whole number from 1 to 65536", tiny { $0.nLayer = -1 }),
        ("context is 0; it must be a whole number from 1 to 65536", tiny { $0.blockSize = 0 }),
        (
            "embedding is 65537; it must be a whole number from 1 to 65536",
            tiny { $0.nEmbd = 65_537 }
        ),
        (
            "the model would have 51541770240 parameters; scalars are too large and too slow "
                + "for more than 10000000",
            tiny { $0.nEmbd = 65_536 }
        ),
        ("learning rate is nan; it must be a number above 0", tiny { $0.learningRate = .nan }),
        ("temperature is 0.0; it must be a number above 0", tiny { $0.temperature = 0 }),
        ("epsilon is inf; it must be a number above 0", tiny { $0.epsilon = .infinity }),
    ]

    @Test("a config that cannot work is refused", arguments: unsound)
    func unsoundConfig(_ message: String, _ config: Config) {
        #expect(throws: UserError(message)) { try Self.model(config) }
    }

    @Test func `a position past the context traps`() async throws {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            let gpt = try ModelTests.model(ModelTests.tiny())
            var cache = gpt.emptyCache
            for posID in 0...5 { _ = gpt.forward(tokenID: 0, posID: posID, cache: &cache) }
        }
        #if DEBUG
            let stderr = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
            #expect(stderr.contains("position 5 of 5"))
        #endif
    }
}
