import Efficiency
import Foundation
import Inspection
import MicroGPT
import PythonRandom
import TestSupport
import Testing

/// Each derivative of Vectors against central differences (f(x + h) - f(x - h)) / 2h.
@Suite struct VectorsTests {
    // In 32 bits, f near 10 is rounded by 1e-6 at most, over 2h = 2e-2: 5e-5; and h² = 1e-4 times
    // the third derivative, some tens at most, over 6: 1e-3.
    private static let step: Float = 1e-2
    private static let tolerance = 5e-3

    private static func numbers(_ count: Int, seed: Int) -> [Float] {
        var rng = PythonRandom(seed: seed)
        return (0..<count).map { _ in Float(rng.gauss(0, 1)) }
    }

    private static func dot(_ a: [Float], _ b: [Float]) -> Double {
        zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }

    /// Expects that `derivatives` are those of `f` by some of the numbers of `x`.
    private static func expect(
        _ derivatives: [Float], of x: [Float], _ what: String,
        sourceLocation: SourceLocation = #_sourceLocation, _ f: ([Float]) -> Double
    ) {
        #expect(derivatives.count == x.count, sourceLocation: sourceLocation)
        let each = max(1, x.count / 50) | 1
        let errors = stride(from: 0, to: x.count, by: each).map { i in
            var (above, below) = (x, x)
            above[i] += step
            below[i] -= step
            let difference = (f(above) - f(below)) / Double(above[i] - below[i])
            return abs(Double(derivatives[i]) - difference)
        }
        let isClose = errors.allSatisfy { $0 <= tolerance }  // not so where a number is nan
        #expect(isClose, "\(what): \(errors.max() ?? 0)", sourceLocation: sourceLocation)
        #expect(derivatives.contains { abs($0) > 0.1 }, sourceLocation: sourceLocation)
    }

    /// Documents of these many predictions, the longest first: more and fewer than fill a vector,
    /// and positions that begin in the middle of one.
    static let lengths = [
        [1], [3, 1], [5, 4, 4, 2, 1], Array(repeating: 4, count: 9) + Array(repeating: 2, count: 9),
    ]

    private static func layers(
        _ lengths: [Int], width: Int = 6, heads: Int = 1,
        _ activation: Config.Activation = .relu
    ) -> VectorLayers {
        var config = Config.gist
        (config.nEmbd, config.nHead, config.activation) = (width, heads, activation)
        let documents = lengths.enumerated().map { d, n in (0...n).map { (3 * d + 7 * $0) % 5 } }
        return VectorLayers(config, vocabSize: 5, documents)
    }

    @Test(arguments: lengths, [1, 6, 17])
    func `linear, by x and by w`(_ lengths: [Int], _ width: Int) {
        let layers = Self.layers(lengths, width: width)
        let x = Self.numbers(4 * width * layers.count, seed: 1)
        let w = Self.numbers(4 * width * width, seed: 2)
        let dY = Self.numbers(width * layers.count, seed: 3)
        let (y, dX, dW) = layers.linear(x, w, dY: dY)
        for o in 0..<width {
            for c in 0..<layers.count {
                let expected = (0..<4 * width).reduce(0.0) {
                    $0 + Double(w[o * 4 * width + $1]) * Double(x[$1 * layers.count + c])
                }
                #expect(abs(Double(y[o * layers.count + c]) - expected) <= 1e-4)
            }
        }
        Self.expect(dX, of: x, "dX") { Self.dot(dY, layers.linear($0, w, dY: dY).y) }
        Self.expect(dW, of: w, "dW") { Self.dot(dY, layers.linear(x, $0, dY: dY).y) }
    }

    @Test(arguments: lengths, [2, 17])
    func `rmsnorm`(_ lengths: [Int], _ width: Int) {
        let layers = Self.layers(lengths, width: width)
        // Far enough from 0, where a norm of two numbers is steep.
        let x = Self.numbers(width * layers.count, seed: 4).map { $0 < 0 ? $0 - 1 : $0 + 1 }
        let dY = Self.numbers(x.count, seed: 5)
        Self.expect(layers.norm(x, dY: dY).dX, of: x, "dX") {
            Self.dot(dY, layers.norm($0, dY: dY).y)
        }
    }

    @Test(arguments: [Config.Activation.relu, .squaredRelu])
    func `relu and its square`(_ activation: Config.Activation) {
        let layers = Self.layers([5, 4, 1], width: 2, activation)
        // None so near to 0 that the step goes over it.
        let x = Self.numbers(8 * layers.count, seed: 6).map { $0 < 0 ? $0 - 0.1 : $0 + 0.1 }
        let dY = Self.numbers(x.count, seed: 7)
        Self.expect(layers.activation(x, dY: dY).dX, of: x, "dX") {
            Self.dot(dY, layers.activation($0, dY: dY).y)
        }
        let zeros = [Float](repeating: 0, count: x.count)
        #expect(layers.activation(zeros, dY: dY).dX == zeros)
    }

    @Test(arguments: lengths, [1, 2, 3])
    func `attention of all heads`(_ lengths: [Int], _ heads: Int) {
        let layers = Self.layers(lengths, heads: heads)
        let qkv = Self.numbers(3 * 6 * layers.count, seed: 8)
        let dY = Self.numbers(6 * layers.count, seed: 9)
        Self.expect(layers.attention(qkv, dY: dY).dQKV, of: qkv, "dQKV") {
            Self.dot(dY, layers.attention($0, dY: dY).y)
        }
    }

    @Test func `attention looks neither ahead nor at other documents`() {
        let layers = Self.layers([4, 4, 2])
        // Columns: the first tokens of all three, the second ones, and two more of the first two.
        let qkv = Self.numbers(3 * 6 * layers.count, seed: 10)
        var dY = Self.numbers(6 * layers.count, seed: 11)
        for i in dY.indices where i % layers.count != 3 { dY[i] = 0 }  // position 1 of document 0
        let dQKV = layers.attention(qkv, dY: dY).dQKV
        let reached = Set(dQKV.indices.filter { dQKV[$0] != 0 }.map { $0 % layers.count })
        #expect(reached == [0, 3])
    }

    @Test(arguments: lengths)
    func `softmax and logarithm`(_ lengths: [Int]) {
        let layers = Self.layers(lengths)
        let logits = Self.numbers(5 * layers.count, seed: 12)
        // The mean over documents and positions is small, and so are its derivatives.
        let scale = Double(lengths.count * lengths[0])
        let dLogits = layers.loss(logits).dLogits.map { $0 * Float(scale) }
        Self.expect(dLogits, of: logits, "dLogits") { scale * layers.loss($0).loss }
    }

    @Test(arguments: lengths, [1, 17])
    func `embeddings, also of tokens that are there twice`(_ lengths: [Int], _ width: Int) {
        let layers = Self.layers(lengths, width: width)
        let (wte, wpe) = (Self.numbers(5 * width, seed: 13), Self.numbers(16 * width, seed: 14))
        let dY = Self.numbers(width * layers.count, seed: 15)
        let (_, dWte, dWpe) = layers.embedding(wte, wpe, dY: dY)
        Self.expect(dWte, of: wte, "dWte") { Self.dot(dY, layers.embedding($0, wpe, dY: dY).y) }
        Self.expect(dWpe, of: wpe, "dWpe") { Self.dot(dY, layers.embedding(wte, $0, dY: dY).y) }
    }

    // MARK: - Threads, batches and training

    /// A model, and the first documents to train it on.
    private static func session(
        _ config: Config = .gist, _ count: Int = 400
    ) throws -> (gpt: GPT, documents: [[Int]]) {
        var rng = PythonRandom(seed: config.seed)
        var names = try readDocuments(Fixture.projectFolder.appending(path: "names.txt").path)
        rng.shuffle(&names)
        let gpt = GPT(config, Tokenizer(documents: names), &rng)
        return (gpt, try names.prefix(count).map(gpt.tokenizer.tokens(of:)))
    }

    @Test(arguments: [1, 2, 3, 5])
    func `the same number of threads gives the same bits`(_ threads: Int) throws {
        let (gpt, documents) = try Self.session()
        let trained = try (0..<2).map { _ in
            let engine = try Vectors(gpt, threads: threads)
            for step in 0..<8 {
                // The fourth thread has nothing to do where there are three documents.
                let batch = step % 2 == 0 ? 16 : 3
                _ = engine.trainStep(Array(documents[step * 16..<step * 16 + batch]))
            }
            return engine.params
        }
        expectSame(trained[0], trained[1], "the parameters of \(threads) threads")
    }

    @Test func `threads find the gradients of one`() throws {
        let (gpt, documents) = try Self.session()
        let batch = Array(documents.prefix(37))
        let expected = try Vectors(gpt).lossAndGradients(batch)
        let largest = expected.gradients.map(abs).max() ?? 0
        for threads in [2, 4, 40] {
            let found = try Vectors(gpt, threads: threads).lossAndGradients(batch)
            // Sums in another order, 1e-7 for each addition.
            #expect(abs(found.loss - expected.loss) <= 1e-5)
            let error = zip(found.gradients, expected.gradients).map { abs($0 - $1) }.max() ?? .nan
            #expect(error <= 1e-5 * largest)
        }
    }

    @Test func `what a larger batch has left does not change a smaller one`() throws {
        let (gpt, documents) = try Self.session()
        let engine = try Vectors(gpt)
        let small = Array(documents.prefix(3))
        let before = engine.lossAndGradients(small)
        _ = engine.lossAndGradients(Array(documents.prefix(40)))
        let after = engine.lossAndGradients(small)
        #expect(before.loss == after.loss)
        expectSame(before.gradients, after.gradients, "gradients")
    }

    @Test func `a step that is not finite leaves nothing behind`() throws {
        let (gpt, documents) = try Self.session()
        let engine = try Vectors(gpt)
        let batch = Array(documents.prefix(5))
        let (params, before) = (engine.params, engine.lossAndGradients(batch))
        engine.params = params.map { _ in .infinity }
        #expect(!engine.trainStep(batch).isFinite)
        #expect(engine.adam.step == 0 && engine.adam.m.allSatisfy { $0 == 0 })
        engine.params = params
        expectSame(engine.lossAndGradients(batch).gradients, before.gradients, "gradients")
    }

    /// Where the exponentials of 32 bits end, at e^-87, and those of 64, at e^-745, and far beyond.
    @Test(arguments: [1.0, 30, 80, 100, 300, 700, 800, 1e4, 1e8, 1e15, 1e30])
    func `losses of a training that diverges are the single file's`(_ size: Double) throws {
        let (gpt, documents) = try Self.session()
        let batch = Array(documents.prefix(5))
        let (vectors, arrays) = (try Vectors(gpt), Arrays(gpt))
        let head = (27 + 16) * 16..<(27 + 16 + 27) * 16  // after wte and wpe
        vectors.params = vectors.params.enumerated().map { head ~= $0 ? $1 * size : $1 }
        arrays.params = vectors.params
        let (found, expected) = (vectors.trainStep(batch), arrays.trainStep(batch))
        #expect(found == expected || abs(found - expected) <= 1e-5 * expected, "\(found)")
        #expect(vectors.adam.step == arrays.adam.step)
    }

    @Test func `what is too large for 32 bits is no loss`() throws {
        let (gpt, documents) = try Self.session()
        let engine = try Vectors(gpt)
        // 1e20 squared is more than 3e38.
        engine.params = engine.params.map { $0 * 1e22 }
        #expect(!engine.trainStep(Array(documents.prefix(5))).isFinite)
        #expect(engine.adam.step == 0)
    }

    #if os(Linux)
        /// As a user who may have three threads more, or none, if others of the same user run.
        @Test func `threads that cannot be made are an error, and none is left`() async {
            await #expect(processExitsWith: .success) {
                func tasks() -> Int {
                    (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count)
                        ?? 0
                }
                let (gpt, _) = try Self.session()
                _ = try Vectors(gpt, threads: 3)
                let before = tasks()
                // Limits are not for root.
                if getuid() == 0 { #expect(setuid(65_534) == 0) }
                var limit = rlimit(rlim_cur: rlim_t(before + 3), rlim_max: rlim_t(before + 3))
                let ofThreads = __rlimit_resource_t(6)  // RLIMIT_NPROC
                #expect(setrlimit(ofThreads, &limit) == 0)
                let error = #expect(throws: UserError.self) { try Vectors(gpt, threads: 50) }
                let text = error?.description ?? ""
                #expect(
                    text.wholeMatch(
                        of: /thread \d+ of 50 cannot be made: .+; try --threads \d+/) != nil,
                    "\(text)")
                for _ in 0..<1000 where tasks() > before { usleep(1000) }  // /proc is a bit late
                #expect(tasks() == before)
            }
        }
    #endif

    @Test func `a parameter that is no 32-bit number is refused`() throws {
        let (gpt, _) = try Self.session()
        gpt.params[7].data = 1e39
        let error = #expect(throws: UserError.self) { try Vectors(gpt) }
        #expect(error?.description.contains("1e+39") == true)
    }

    #if !DEBUG
        @Test func `vectors train as well as arrays`() throws {
            var config = Config.gist
            let (batch, count) = (16, 20_000)
            config.numSteps = count / batch
            let (gpt, documents) = try Self.session(config, count)
            func lastLosses(_ engine: any Engine) -> Double {
                var engine = engine
                let losses = (0..<config.numSteps).map { step in
                    engine.trainStep(Array(documents[step * batch..<(step + 1) * batch]))
                }
                let last = losses.suffix(config.numSteps / 10)
                return last.reduce(0, +) / Double(last.count)
            }
            let (vectors, arrays) = (lastLosses(try Vectors(gpt)), lastLosses(Arrays(gpt)))
            #expect(abs(vectors - arrays) <= 0.01 * arrays, "\(vectors) and \(arrays)")
        }
    #endif
}
