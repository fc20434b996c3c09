import Beyond
import Foundation
import Inspection
import MicroGPT
import TestSupport
import Testing

@Suite struct DepthTests {
    static let tokenizer = Tokenizer(documents: ["abc"])
    static let tokens = [3, 0, 1, 2, 1, 3]

    static func model(
        _ wiring: Wiring, _ output: BlockOutput = .full, layers: Int = 2, std: Double = 0.5
    ) throws -> DeepGPT {
        var config = Config.gist
        (config.nEmbd, config.nHead, config.nLayer, config.blockSize) = (4, 2, layers, 6)
        config.initStd = std
        return try DeepGPT(config, tokenizer, wiring, output)
    }

    @Test(arguments: Wiring.allCases) func `every wiring passes finite differences`(
        _ wiring: Wiring
    ) throws {
        let model = try Self.model(wiring)
        let differences = checkGradients(by: tried(model.gpt.params, oneIn: 3)) {
            model.loss(Self.tokens)
        }
        #expect(differences.allSatisfy { $0.isWithinTolerance })
        #expect(differences.contains { $0.backward != 0 })
    }

    @Test(arguments: Wiring.allCases) func `a token that comes later changes nothing before it`(
        _ wiring: Wiring
    ) throws {
        let gpt = try Self.model(wiring).gpt
        func logits(_ tokens: [Int]) -> [[Double]] {
            var cache = gpt.emptyCache
            return tokens.enumerated().map { posID, tokenID in
                wiring.parts.forward(
                    gpt, tokenID: tokenID, posID: posID, cache: &cache
                )
                .map(\.data)
            }
        }
        let (one, other) = (logits([3, 0, 1, 2, 1]), logits([3, 0, 1, 0, 0]))
        #expect(one[..<3] == other[..<3])
        #expect(one[3] != other[3])
    }

    @Test func `norms and sums stand where the wiring says`() {
        let x = [Value(3), Value(-4)]
        // Doubles what it gets; rmsnorm(x) is x / √12.5, and the epsilon takes a millionth off.
        let double: ([Value]) -> [Value] = { $0.map { $0 * 2 } }
        let (unit, tolerance) = (3 / 12.5.squareRoot(), 1e-5)
        for (wiring, first) in [
            (Wiring.preNorm, 3 + 2 * unit), (.preNormAndLast, 3 + 2 * unit), (.postNorm, unit),
            (.noResidual, 2 * unit), (.blockOnly, 6),
        ] {
            #expect(abs(wiring.join(x, double)[0].data - first) < tolerance, "\(wiring)")
        }
    }

    @Test func `only GPT-2's wiring has a norm before the logits`() throws {
        // Twice as large an x before the logits, and they are twice as large, or the same as before.
        for wiring in Wiring.allCases {
            let gpt = try Self.model(wiring).gpt
            var parts = wiring.parts
            let before = parts.losses(gpt, Self.tokens).map(\.data)
            let last = parts.lastNorm
            parts.lastNorm = { x in last(x.map { $0 * 2 }) }
            let after = parts.losses(gpt, Self.tokens).map(\.data)
            // The norm's epsilon keeps a little of an x of size 1.
            let largest = zip(before, after).map { abs($0 - $1) }.max() ?? 0
            #expect((largest < 1e-3) == (wiring == .preNormAndLast), "\(wiring): \(largest)")
        }
    }

    @Test func `the outputs of blocks start as large as is asked for, all else the same`() throws {
        let full = try Self.model(.preNorm).gpt
        for (output, factor) in [(BlockOutput.scaled, 0.5), (.zero, 0)] {
            let other = try Self.model(.preNorm, output).gpt
            #expect(full.wte.joined().map(\.data) == other.wte.joined().map(\.data))
            for (a, b) in zip(full.layers, other.layers) {
                #expect(a.attnWq.joined().map(\.data) == b.attnWq.joined().map(\.data))
                for (mine, its) in [(a.attnWo, b.attnWo), (a.mlpFc2, b.mlpFc2)] {
                    #expect(mine.joined().map { $0.data * factor } == its.joined().map(\.data))
                }
            }
        }
    }

    @Test func `what is measured at each depth is x there, and its gradient`() throws {
        // Blocks that write nothing leave x as it is, and so its gradient.
        let still = try Self.model(.preNorm, .zero, layers: 3).depths("abc")
        #expect(still.count == 4)
        for depth in still {
            #expect(depth.x == still[0].x && depth.gradient == still[0].gradient)
        }
        // The mean square of numbers after a norm is 1, but for its epsilon.
        let tolerance = 1e-4
        for depth in try Self.model(.postNorm, layers: 3).depths("abc") {
            #expect(abs(depth.x - 1) < tolerance)
        }
        // After the last layer the gradient is lmHead, turned, times (probs - target) / n.
        let model = try Self.model(.preNorm)
        let measured = try model.depths("abcba")[2].gradient
        #expect(model.gpt.params.allSatisfy { $0.grad == 0 })
        let tokens = try Self.tokenizer.tokens(of: "abcba")
        let logits = model.gpt.logits(tokens.prefix(6))
        let squares = logits.indices.flatMap { t in
            let errors = softmax(logits[t]).enumerated().map { id, p in
                (p.data - (id == tokens[t + 1] ? 1 : 0)) / 6
            }
            return (0..<4).map { j in
                let gradient = zip(model.gpt.lmHead, errors).reduce(0) { $0 + $1.0[j].data * $1.1 }
                return gradient * gradient
            }
        }
        let expected = (squares.reduce(0, +) / 24).squareRoot()
        #expect(abs(measured - expected) < 1e-12)  // roundings of numbers below 1
    }

    /// The designs that the command compares, at their own width, with fewer layers. Single draws are
    /// far apart; this is the geometric mean of eight.
    @Test func `pre-norm gradients grow towards the embedding, others do not`() throws {
        var config = DeepGPT.config
        config.nLayer = 4
        let letters = Tokenizer(documents: ["abcdefghijklmnopqrstuvwxyz"])
        func ratio(_ wiring: Wiring, _ output: BlockOutput) throws -> Double {
            let logarithms = try (1...8).map { seed in
                config.seed = UInt64(seed)
                let depths = try DeepGPT(config, letters, wiring, output).depths("emma")
                return log(depths[0].gradient / depths[4].gradient)
            }
            return exp(logarithms.reduce(0, +) / 8)
        }
        let (pre, scaled) = (try ratio(.preNorm, .full), try ratio(.preNormAndLast, .scaled))
        let (zero, post) = (try ratio(.preNorm, .zero), try ratio(.postNorm, .full))
        let without = try ratio(.noResidual, .full)
        #expect(pre > 2 && (0.75..<1.75).contains(scaled) && zero == 1)
        #expect(post < 1 && without < 0.75, "\(pre), \(scaled), \(zero), \(post), \(without)")
    }

    @Test func `a picture has a panel for each design and a line for each model`() throws {
        let models = [[0.1, 0.2], [0.1, 0.01, 0.001]]
        let text = depthPicture([("one", models), ("two", models)]).description
        let picture = Picture(text)
        #expect(picture.texts.contains("one") && picture.texts.contains("two"))
        #expect(picture.elements.count { $0.name == "polyline" } == 4)
    }
}
