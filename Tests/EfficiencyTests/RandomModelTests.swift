import Efficiency
import Foundation
import MicroGPT
import PythonRandom
import TestSupport
import Testing

/// Every engine against the single file, on models, documents and batches that a seed draws.
///
/// `FUZZ_SEED` in the environment says which seed is the first (1, if it is not set), and
/// `FUZZ_COUNT` how many there are.
@Suite struct RandomModelTests {
    #if DEBUG
        static let seeds = Fuzz.seeds(8)
    #else
        static let seeds = Fuzz.seeds(200)
    #endif

    /// A model, and for each step its documents.
    private struct Draw {
        let gpt: GPT
        let steps: [[[Int]]]
        let threads: Int
        /// The multiplications, each with its addition, of the first step.
        let products: Int
        let description: String

        init(seed: UInt64) throws {
            var random = SplitMix(seed: seed)
            // Small and large ones alike: each factor of two is as likely as the next.
            func size(_ range: ClosedRange<Int>) -> Int {
                let (low, high) = (log(Double(range.lowerBound)), log(Double(range.upperBound) + 1))
                return Int(exp(Double.random(in: low..<high, using: &random)))
            }
            var config = Bool.random(using: &random) ? Config.lesson : .gist
            config.nHead = Int.random(in: 1...8, using: &random)
            let headDims = max(1, (4 + config.nHead - 1) / config.nHead)...(64 / config.nHead)
            config.nEmbd = config.nHead * size(headDims)
            config.nLayer = Int.random(in: 1...3, using: &random)
            config.blockSize = Int.random(in: 1...40, using: &random)
            config.activation = Bool.random(using: &random) ? .relu : .squaredRelu
            config.schedule = Bool.random(using: &random) ? .linear : .cosine
            config.numSteps = 3
            (config.initStd, config.outputInitStd) = (0.1, 0.1)  // no gradient is zero throughout
            let letters = Int.random(in: 1...40, using: &random)
            var batch = Int.random(in: 1...33, using: &random)
            threads = Int.random(in: 1...7, using: &random)

            let alphabet = String(
                String.UnicodeScalarView((0..<letters).compactMap { Unicode.Scalar(0x61 + $0) }))
            var rng = PythonRandom(seed: seed)
            gpt = GPT(config, Tokenizer(documents: [alphabet]), &rng)
            func document() -> [Int] {
                let length = Int.random(in: 1...30, using: &random)
                let name = (0..<length).map { _ in Int.random(in: 0..<letters, using: &random) }
                return [letters] + name + [letters]
            }
            let documents = (0..<3 * batch).map { _ in document() }
            func products(_ batch: Int) -> Int {
                documents[..<batch].reduce(0) {
                    $0 + config.multiplyAdds(tokenCount: $1.count, vocabSize: letters + 1)
                }
            }
            while batch > 1 && products(batch) > RandomModelTests.most { batch -= 1 }
            self.products = products(batch)
            steps = (0..<3).map { Array(documents[$0 * batch..<($0 + 1) * batch]) }
            description =
                "seed \(seed): \(config), \(letters) letters, batch \(batch), \(threads) threads"
        }
    }

    /// A batch of more multiplications is made smaller, so that all seeds together take a minute.
    #if DEBUG
        private static let most = 500_000
    #else
        private static let most = 1_500_000
    #endif

    /// What the single file finds in a step, before its update.
    private static func lossAndGradients(_ gpt: GPT, _ documents: [[Int]]) -> Found {
        for p in gpt.params { p.grad = 0 }
        var total = 0.0
        for tokens in documents {
            let loss = gpt.loss(tokens)
            total += loss.data
            (1 / Double(documents.count) * loss).backward()
        }
        return (total / Double(documents.count), gpt.params.map(\.grad))
    }

    /// How far from the single file's gradients the others' may be, as vectors.
    ///
    /// Sums in another order, rounded by 1e-16 at each of some hundred to some thousand additions.
    private static let arraysTolerance = 1e-12

    /// The same with 32 bits, 6e-8 at each addition; and what is near 0 before a relu may fall on
    /// its other side, one hidden number among some thousand. A token that is not counted, among
    /// 33 times 31 at most, or a term that is missing in a derivative makes more than 1e-3.
    private static let simdTolerance = 1e-4

    private static func distance(_ a: [Double], _ b: [Double]) -> Double {
        func norm(_ xs: [Double]) -> Double { xs.reduce(0) { $0 + $1 * $1 }.squareRoot() }
        return norm(zip(a, b).map { $0 - $1 }) / norm(b)
    }

    @Test(arguments: seeds)
    func `every engine has the losses and gradients of the single file`(_ seed: UInt64) throws {
        let draw = try Draw(seed: seed)
        let start = draw.gpt.params.map(\.data)
        // For each step what it finds, the model that it leaves, and Adam's moments.
        var expected: [(found: Found, params: [Double], adam: Adam)] = []
        var adam = Adam(paramCount: start.count)
        for documents in draw.steps {
            let found = Self.lossAndGradients(draw.gpt, documents)
            adam.update(draw.gpt.params, draw.gpt.config)
            expected.append((found, draw.gpt.params.map(\.data), adam))
        }
        for (p, x) in zip(draw.gpt.params, start) { p.data = x }

        for rung in Rung.allCases where rung != .scalars || draw.products <= Self.most / 4 {
            let what = "\(rung), \(draw.description)"
            var engine = try rung.engine(draw.gpt, threads: rung.takesThreads ? draw.threads : 1)
            let tolerance = rung == .simd ? Self.simdTolerance : Self.arraysTolerance
            for (step, documents) in draw.steps.enumerated() {
                let (found, params, adam) = expected[step]
                if step > 0 && (rung == .arrays || rung == .simd) {
                    // From the single file's place: Adam divides by the size of a gradient, so that
                    // what is noise in one moves its parameter as far as any other.
                    (engine.params, engine.adam) = (
                        expected[step - 1].params, expected[step - 1].adam
                    )
                }
                if step == draw.steps.count - 1 {
                    let gradients = engine.lossAndGradients(documents).gradients
                    switch rung {
                    case .scalars, .file, .dots, .tape:
                        expectSame(gradients, found.gradients, "gradients of \(what)")
                    case .arrays, .simd:
                        let error = Self.distance(gradients, found.gradients)
                        #expect(error <= tolerance, "gradients of \(what)")
                    }
                }
                let loss = engine.trainStep(documents)
                switch rung {
                case .scalars, .file, .dots, .tape:
                    expectSame([loss], [found.loss], "loss \(step) of \(what)")
                    expectSame(engine.params, params, "parameters after \(step) of \(what)")
                    expectSame(engine.adam.m + engine.adam.v, adam.m + adam.v, "moments of \(what)")
                case .arrays, .simd:
                    #expect(
                        abs(loss - found.loss) <= tolerance * found.loss, "loss \(step) of \(what)")
                    let errors = [
                        Self.distance(engine.adam.m, adam.m), Self.distance(engine.adam.v, adam.v),
                    ]
                    #expect(errors.allSatisfy { $0 <= 2 * tolerance }, "\(errors): \(what)")
                }
                #expect(engine.adam.step == step + 1, "\(what)")
            }
        }
    }
}
