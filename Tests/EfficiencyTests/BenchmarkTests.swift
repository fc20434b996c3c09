import Efficiency
import Foundation
import Inspection
import MicroGPT
import TestSupport
import Testing

@Suite struct BenchmarkTests {
    /// A clock that goes only as far as the work that is done.
    private final class Time {
        var now = 0.0
        func works(_ seconds: Double, _ units: Int = 1) -> () -> Int {
            {
                self.now += seconds
                return units
            }
        }
    }

    @Test func `each work gets its slice in each round, and at least one go`() throws {
        let time = Time()
        var rounds: [Int] = []
        // 16 rounds of two slices of one second.
        let benchmark = Benchmark(seconds: 32, now: { time.now })
        let timings = try benchmark.measure([time.works(0.25, 2), time.works(3)]) {
            rounds.append($0)
        }
        #expect(
            timings.map(\.samples) == [
                Array(repeating: 0.125, count: 15), Array(repeating: 3, count: 15),
            ])
        #expect(rounds == Array(0...15))
        #expect(time.now == 16 * (1 + 3))
    }

    @Test func `what is stopped has its whole rounds only`() throws {
        let time = Time()
        let benchmark = Benchmark(
            seconds: 16, rounds: 3, now: { time.now }, isStopped: { time.now >= 10 })
        let timings = try benchmark.measure([time.works(1), time.works(1)])
        // Rounds of 4 seconds: the one that warms up, one whole one, and a part.
        #expect(timings.map(\.samples) == [[1], [1]])
        #expect(try benchmark.measure([time.works(1)]).map(\.samples) == [[]])
    }

    @Test func `quantiles lie between samples in proportion`() {
        let timing = Benchmark.Timing([4, 1, 2, 3, 10])
        #expect(timing.median == 3)
        #expect((timing.quantile(0), timing.quantile(0.25), timing.quantile(1)) == (1, 2, 10))
        #expect(Benchmark.Timing([1, 2]).median == 1.5)
        #expect(Benchmark.Timing([7]).quantile(0.75) == 7)
    }

    @Test func `a training starts again after its last step`() throws {
        var config = Config.lesson
        (config.nEmbd, config.nHead, config.numSteps) = (4, 2, 3)
        let recorder = Recorder(try Expected.model(config))
        let training = Training(
            recorder, config, [[26, 0, 26], [26, 1, 26], [26, 2, 26]], batch: 2)
        for _ in 0..<4 { #expect(try training.step() == 2) }
        #expect(recorder.firstCharacters == [[0, 1], [2, 0], [1, 2], [0, 1]])
        #expect(recorder.params == recorder.start.map { $0 + 1 })
        #expect(recorder.adam.step == 1)
        recorder.loss = .nan
        #expect(
            throws: UserError(
                "step 2: the loss is not a finite number; try a learning rate below 0.01")
        ) { try training.step() }
    }

    /// Counts in place of training.
    private final class Recorder: Engine {
        let start: [Double]
        var params: [Double]
        var adam = Adam(paramCount: 0)
        var loss = 1.0
        var firstCharacters: [[Int]] = []

        init(_ gpt: GPT) {
            start = gpt.params.map(\.data)
            params = start
        }

        func lossAndGradients(_ documents: [[Int]]) -> (loss: Double, gradients: [Double]) {
            (loss, [])
        }

        func trainStep(_ documents: [[Int]]) -> Double {
            guard loss.isFinite else { return loss }
            firstCharacters.append(documents.map { $0[1] })
            params = params.map { $0 + 1 }
            adam.step += 1
            return loss
        }
    }

    @Test(arguments: ["ladder", "ladder-64"])
    func `the lessons' records are read and written without loss`(_ name: String) throws {
        let text = try Fixture.projectText("Lessons/8-efficiency/\(name).json")
        let ladder = try Ladder(json: Data(text.utf8))
        #expect(try ladder.json + "\n" == text)
        #expect(Set(ladder.rows.map(\.rung)) == Set(Rung.allCases))
        #expect(ladder.rows.allSatisfy { $0.median > 0 } && ladder.limit.microseconds > 0)
    }

    // MARK: - The arithmetic

    static var configs: [Config] {
        var other = Config.gist
        (other.nEmbd, other.nHead, other.nLayer) = (12, 3, 2)
        return [.lesson, other]
    }

    /// The pairs of all dot products in a graph, but for those of a number with itself, in rmsnorm,
    /// and those of one pair, at the first position: as numbers, they are multiplications.
    private static func multiplyAdds(in root: Value) -> Int {
        root.numbers().filter { $0.operation == .dot && $0.children[0] !== $0.children[1] }
            .reduce(0) { $0 + $1.children.count / 2 }
    }

    @Test(arguments: configs, ["a", "emma", "maximilianalexanderson"])
    func `the formula counts the products in the single file's graph`(
        _ config: Config, _ name: String
    ) throws {
        let gpt = try Expected.model(config)
        let tokens = try gpt.tokenizer.tokens(of: name)
        let formula = config.multiplyAdds(tokenCount: tokens.count, vocabSize: 27)
        let ofOnePair = config.nEmbd * config.nLayer
        #expect(formula == 3 * (Self.multiplyAdds(in: gpt.loss(tokens)) + ofOnePair))
    }

    @Test func `the peak rate counts what it does`() {
        let count = PeakRate().work(rounds: 1)
        #expect(count == 80 || count == 160)
    }

    #if os(Linux)
        @Test func `memory that is taken is counted`() throws {
            let bytes = 50_000_000
            var total = 0
            let growth = try #require(
                Machine.memoryGrowth {
                    total += Int([UInt8](repeating: 1, count: bytes)[total])
                })
            #expect(total == 2)
            // Other tests take and free memory at the same time.
            #expect((bytes / 2...bytes * 4).contains(growth), "\(growth)")
        }
    #endif
}
