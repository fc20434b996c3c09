import Foundation
import Inspection
import MicroGPT

/// Measures several kinds of work in one run. Each round gives each of them a slice of time, so
/// that whatever else the machine does meets them all alike.
public struct Benchmark {
    /// How long to measure, in seconds. What takes longer than its slice is done once a round.
    public var seconds: Double
    /// How many slices of time each work gets; one more comes first, to warm up.
    public var rounds: Int
    /// The time in seconds.
    public var now: () -> Double
    /// Asked between units of work; if it is true, what was measured in whole rounds is the result.
    public var isStopped: () -> Bool

    /// By default with the machine's own clock, and to the end.
    public init(
        seconds: Double, rounds: Int = 15, now: @escaping () -> Double = Benchmark.clock,
        isStopped: @escaping () -> Bool = { false }
    ) {
        require(seconds > 0 && rounds > 0, "\(seconds) seconds, \(rounds) rounds")
        (self.seconds, self.rounds, self.now, self.isStopped) = (seconds, rounds, now, isStopped)
    }

    /// A clock that never goes back, in seconds.
    public static func clock() -> Double {
        Double(DispatchTime.now().uptimeNanoseconds) / 1e9
    }

    /// Seconds for a unit of work, one number for each round.
    public struct Timing: Sendable, Equatable {
        /// In the order in which they were measured.
        public let samples: [Double]

        /// From seconds for a unit of work.
        public init(_ samples: [Double]) { self.samples = samples }

        /// In seconds; half of the samples are below.
        public var median: Double { quantile(0.5) }

        /// The number below which a share of the samples is, between two of them in proportion.
        public func quantile(_ share: Double) -> Double {
            require(!samples.isEmpty && 0...1 ~= share, "\(samples.count) at \(share)")
            let sorted = samples.sorted()
            let place = share * Double(sorted.count - 1)
            let (below, above) = (sorted[Int(place)], sorted[Int(place.rounded(.up))])
            return below + (above - below) * (place - place.rounded(.down))
        }
    }

    /// Does each work in turn for its slice of time, round after round.
    ///
    /// - Parameters:
    ///   - works: each does some work and returns how many units it was.
    ///   - progress: is told the rounds so far, 0 after the one that only warms up.
    /// - Returns: what each work takes; no samples if it was stopped in the first round.
    public func measure(
        _ works: [() throws -> Int], progress: (Int) -> Void = { _ in }
    ) throws -> [Timing] {
        let slice = seconds / Double(works.count * (rounds + 1))
        var samples = [[Double]](repeating: [], count: works.count)
        for round in 0...rounds {
            let found = try works.map { work in
                let start = now()
                var (units, time) = (0, 0.0)
                repeat {
                    units += try work()
                    time = now() - start
                } while time < slice && !isStopped()
                return time / Double(units)
            }
            if isStopped() { break }
            if round > 0 { for (i, sample) in found.enumerated() { samples[i].append(sample) } }
            progress(round)
        }
        return samples.map(Timing.init)
    }
}

/// An engine at work as in `lab train`: step after step on documents in order, and after the
/// last step from the beginning.
public final class Training {
    private var engine: any Engine
    private let start: [Double]
    private let config: Config
    private let documents: [[Int]]
    private let batch: Int
    private var steps = 0

    /// A training that begins with the engine's parameters.
    ///
    /// - Parameters:
    ///   - documents: as tokens.
    ///   - batch: how many documents a step takes.
    public init(_ engine: any Engine, _ config: Config, _ documents: [[Int]], batch: Int) {
        require(!documents.isEmpty && batch > 0, "\(documents.count) documents, \(batch) each")
        (self.engine, self.config, self.documents) = (engine, config, documents)
        (start, self.batch) = (engine.params, batch)
    }

    /// Takes one step.
    ///
    /// - Returns: how many documents the step took.
    /// - Throws: `UserError` if the loss is not finite.
    public func step() throws(UserError) -> Int {
        if steps == config.numSteps {
            engine.params = start
            engine.adam = Adam(paramCount: start.count)
            steps = 0
        }
        let first = steps * batch
        steps += 1
        let loss = engine.trainStep(
            (0..<batch).map { documents[(first + $0) % documents.count] })
        guard loss.isFinite else {
            throw UserError(
                "step \(steps): the loss is not a finite number; try a learning rate "
                    + "below \(config.learningRate)")
        }
        return batch
    }
}
