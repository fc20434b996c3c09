import Efficiency
import Foundation
import Inspection
import MicroGPT
import PythonRandom
import TestSupport
import Testing

/// Each derivative of Arrays against central differences (f(x + h) - f(x - h)) / 2h.
@Suite struct ArraysTests {
    private static let step = 1e-5

    /// Central differences are off by h² = 1e-10 times the third derivative, which is some tens at
    /// most with inputs near 1, and by the rounding of f, near 10, over 2h: 1e-10. A derivative
    /// that misses a term is off by the term, 1e-2 and more.
    private static let tolerance = 1e-7

    private static func numbers(_ count: Int, seed: Int) -> [Double] {
        var rng = PythonRandom(seed: seed)
        return (0..<count).map { _ in rng.gauss(0, 1) }
    }

    private static func dot(_ a: [Double], _ b: [Double]) -> Double {
        zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// Expects that `derivatives` are those of `f` by each number of `x`.
    private static func expect(
        _ derivatives: [Double], of x: [Double], _ what: String,
        sourceLocation: SourceLocation = #_sourceLocation, _ f: ([Double]) -> Double
    ) {
        #expect(derivatives.count == x.count, sourceLocation: sourceLocation)
        let errors = zip(x.indices, derivatives).map { i, derivative in
            var (above, below) = (x, x)
            above[i] += step
            below[i] -= step
            return abs(derivative - (f(above) - f(below)) / (2 * step))
        }
        let largest = errors.max() ?? .infinity
        let isClose = errors.allSatisfy { $0 <= tolerance }  // not so where a number is nan
        #expect(isClose, "\(what): \(largest)", sourceLocation: sourceLocation)
        #expect(derivatives.contains { abs($0) > 1e-3 }, sourceLocation: sourceLocation)
    }

    static let positions = [1, 2, 3, 5]

    /// Widths on each side of what registers hold: 8 numbers, and 16 columns at a time.
    @Test(arguments: [1, 2, 3], [(1, 1), (6, 5), (8, 9), (5, 17), (17, 6)])
    func `linear, by x and by w`(_ n: Int, _ shape: (nIn: Int, nOut: Int)) {
        let x = Self.numbers(n * shape.nIn, seed: 1)
        let w = Self.numbers(shape.nIn * shape.nOut, seed: 2)
        let dY = Self.numbers(n * shape.nOut, seed: 3)
        let (y, dX, dW) = ArrayLayers.linear(x, w, positions: n, dY: dY)
        for t in 0..<n {
            for o in 0..<shape.nOut {
                let expected = Self.dot(
                    Array(w[o * shape.nIn..<(o + 1) * shape.nIn]),
                    Array(x[t * shape.nIn..<(t + 1) * shape.nIn]))
                #expect(abs(y[t * shape.nOut + o] - expected) <= 1e-13 * Double(shape.nIn))
            }
        }
        Self.expect(dX, of: x, "dX") {
            Self.dot(dY, ArrayLayers.linear($0, w, positions: n, dY: dY).y)
        }
        Self.expect(dW, of: w, "dW") {
            Self.dot(dY, ArrayLayers.linear(x, $0, positions: n, dY: dY).y)
        }
    }

    @Test(arguments: positions, [1, 6, 16])
    func `rmsnorm`(_ n: Int, _ width: Int) {
        // The norm of one number is nearly 1, with no derivative to speak of, unless it is small.
        let x = Self.numbers(n * width, seed: 4).map { width == 1 ? 0.08 + 0.01 * $0 : $0 }
        let dY = Self.numbers(n * width, seed: 5)
        let dX = ArrayLayers.rmsnorm(x, positions: n, dY: dY).dX
        Self.expect(dX, of: x, "dX") {
            Self.dot(dY, ArrayLayers.rmsnorm($0, positions: n, dY: dY).y)
        }
    }

    @Test(arguments: [Config.Activation.relu, .squaredRelu])
    func `relu and its square`(_ activation: Config.Activation) {
        let (x, dY) = (Self.numbers(50, seed: 6), Self.numbers(50, seed: 7))
        #expect(x.allSatisfy { abs($0) > Self.step }, "none at the kink")
        let dX = ArrayLayers.activation(activation, x, dY: dY).dX
        Self.expect(dX, of: x, "dX") {
            Self.dot(dY, ArrayLayers.activation(activation, $0, dY: dY).y)
        }
        #expect(ArrayLayers.activation(activation, [0, -1], dY: [1, 1]).dX == [0, 0])
    }

    @Test(arguments: positions, [1, 2, 3])
    func `attention of all heads`(_ n: Int, _ heads: Int) {
        let qkv = Self.numbers(n * 3 * 6, seed: 8)
        let dY = Self.numbers(n * 6, seed: 9)
        let dQKV = ArrayLayers.attention(qkv, positions: n, heads: heads, dY: dY).dQKV
        Self.expect(dQKV, of: qkv, "dQKV") {
            Self.dot(dY, ArrayLayers.attention($0, positions: n, heads: heads, dY: dY).y)
        }
    }

    @Test func `attention does not look ahead`() {
        let qkv = Self.numbers(5 * 18, seed: 10)
        var dY = Self.numbers(5 * 6, seed: 11)
        for i in 3 * 6..<5 * 6 { dY[i] = 0 }
        let dQKV = ArrayLayers.attention(qkv, positions: 5, heads: 2, dY: dY).dQKV
        #expect(dQKV[(3 * 18)...].allSatisfy { $0 == 0 }, "of positions after the third")
    }

    @Test(arguments: positions, [2, 27])
    func `softmax and logarithm`(_ n: Int, _ vocabSize: Int) {
        let logits = Self.numbers(n * vocabSize, seed: 12)
        let tokens = (0...n).map { 7 * $0 % vocabSize }
        let dLogits = ArrayLayers.loss(logits, tokens: tokens).dLogits
        Self.expect(dLogits, of: logits, "dLogits") { ArrayLayers.loss($0, tokens: tokens).loss }
    }

    @Test(arguments: positions, [1, 6])
    func `embeddings, also of a token that is there twice`(_ n: Int, _ width: Int) {
        let (wte, wpe) = (Self.numbers(4 * width, seed: 13), Self.numbers(7 * width, seed: 14))
        let (tokens, dY) = ([3, 0, 3, 2, 2, 1], Self.numbers(n * width, seed: 15))
        let (_, dWte, dWpe) = ArrayLayers.embedding(wte, wpe, tokens: tokens, positions: n, dY: dY)
        func y(_ wte: [Double], _ wpe: [Double]) -> Double {
            Self.dot(dY, ArrayLayers.embedding(wte, wpe, tokens: tokens, positions: n, dY: dY).y)
        }
        Self.expect(dWte, of: wte, "dWte") { y($0, wpe) }
        Self.expect(dWpe, of: wpe, "dWpe") { y(wte, $0) }
    }

    // MARK: - The whole

    private static func tiny(_ change: (inout Config) -> Void = { _ in }) throws -> GPT {
        var config = Config.lesson
        (config.nEmbd, config.nHead, config.nLayer, config.blockSize) = (6, 3, 2, 3)
        (config.initStd, config.outputInitStd) = (0.5, 0.5)
        change(&config)
        var rng = PythonRandom(seed: 42)
        return GPT(config, Tokenizer(documents: ["abcd"]), &rng)
    }

    @Test func `the loss by every parameter of a small model`() throws {
        let engine = try Arrays(Self.tiny())
        let documents = [[4, 0, 1, 1, 3, 2, 4], [4, 4]]  // the first is cut
        let gradients = engine.lossAndGradients(documents).gradients
        Self.expect(gradients, of: engine.params, "all parameters") {
            engine.params = $0
            return engine.lossAndGradients(documents).loss
        }
    }

    @Test func `a step leaves the moments and parameters of the single file`() throws {
        let (gpt, engine) = (try Self.tiny(), try Arrays(Self.tiny()))
        var adam = Adam(paramCount: gpt.params.count)
        // Both round otherwise, by 1e-16 in gradients near 1, and Adam divides by their size.
        let tolerance = 1e-9
        for document in ["abca", "", "d", "dcba"] {
            let before = engine.adam
            let expected = try gpt.trainStep(document, &adam)
            let loss = engine.trainStep([try gpt.tokenizer.tokens(of: document)])
            #expect(abs(loss - expected) <= tolerance)
            #expect(engine.adam.step == before.step + 1)
            #expect(before.m != engine.adam.m, "who holds the moments before holds a copy")
            for (actual, expected) in [
                (engine.params, gpt.params.map(\.data)), (engine.adam.m, adam.m),
                (engine.adam.v, adam.v),
            ] {
                #expect(zip(actual, expected).allSatisfy { abs($0 - $1) <= tolerance })
            }
        }
    }

    @Test func `a loss that is not finite updates nothing`() throws {
        let engine = try Arrays(Self.tiny())
        var params = engine.params
        params[25] = .infinity
        engine.params = params
        #expect(!engine.trainStep([[4, 0, 4]]).isFinite)
        #expect(engine.params == params)
        #expect(engine.adam.step == 0)
        #expect(engine.adam.m.allSatisfy { $0 == 0 } && engine.adam.v.allSatisfy { $0 == 0 })
    }

    @Test func `what only a programmer can get wrong stops with the numbers`() async {
        func expect(_ result: ExitTest.Result?, _ message: String) {
            #expect(result?.standardError.contains("Fatal error: \(message)\n") == true)
        }
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                try Self.run([[4, 5]])
            }, "token 5 of 5")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                try Self.run([[4, 0, -1]])
            }, "token -1 of 5")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                try Self.run([[4, 0, 4], [4]])
            }, "a document of 1 tokens, of 2 or more")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                try Self.run([])
            }, "no documents")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                let engine = try Arrays(Self.tiny())
                engine.params = [1, 2, 3]
            }, "3 of 942 numbers")
    }

    private static func run(_ documents: [[Int]]) throws {
        let engine = try Arrays(tiny())
        _ = engine.trainStep(documents)
    }
}
