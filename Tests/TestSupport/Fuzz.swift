import Foundation

/// Tries that differ from run to run of a test only by a seed.
///
/// `FUZZ_SECONDS` in the environment says how long each test goes on (2 seconds if it is not set),
/// and `FUZZ_SEED` where it begins (at 1):
///
///     FUZZ_SECONDS=120 FUZZ_SEED=7 swift test --filter Fuzz
public enum Fuzz {
    public static let seconds = environment("FUZZ_SECONDS").flatMap(Double.init) ?? 2
    public static let seed = environment("FUZZ_SEED").flatMap(UInt64.init) ?? 1

    /// For tests whose tries are arguments: `count` seeds, or `FUZZ_COUNT`.
    public static func seeds(_ count: Int) -> [UInt64] {
        let count = environment("FUZZ_COUNT").flatMap(Int.init) ?? count
        return (0..<UInt64(count)).map { seed + $0 }
    }

    private static func environment(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name]
    }

    /// Calls `body` with one generator after another until the time is over, at least once.
    ///
    /// - Parameter body: takes the seed of its generator, for messages: with it as `FUZZ_SEED`, that
    ///   try is the first.
    /// - Returns: how many tries there were.
    @discardableResult
    public static func run(
        _ body: (_ seed: UInt64, _ generator: inout SplitMix) throws -> Void
    ) rethrows -> Int {
        let start = ContinuousClock.now
        var tries = 0
        repeat {
            var generator = SplitMix(seed: seed + UInt64(tries))
            try body(seed + UInt64(tries), &generator)
            tries += 1
        } while ContinuousClock.now - start < .seconds(seconds)
        return tries
    }
}

/// G. L. Steele, D. Lea and C. H. Flood, "Fast Splittable Pseudorandom Number Generators", 2014.
public struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
