import Foundation

/// Tries that differ from run to run of a test only by a seed.
///
/// `FUZZ_SECONDS` in the environment says how long each test goes on (1 second if it is not set),
/// and `FUZZ_SEED` where it begins (at 1):
///
///     FUZZ_SECONDS=120 FUZZ_SEED=7 swift test --filter Fuzz
public enum Fuzz {
    public static let seconds = environment("FUZZ_SECONDS").flatMap(Double.init) ?? 1
    public static let seed = environment("FUZZ_SEED").flatMap(UInt64.init) ?? 1

    /// For tests whose tries are arguments: `count` seeds, or `FUZZ_COUNT`.
    public static func seeds(_ count: Int) -> [UInt64] {
        let count = environment("FUZZ_COUNT").flatMap(Int.init) ?? count
        return (0..<UInt64(count)).map { seed + $0 }
    }

    private static func environment(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name]
    }

    /// Calls `body` with one generator after another until the time is over.
    ///
    /// - Parameters:
    ///   - least: how many tries there are at least, whatever time they take.
    ///   - body: takes the seed of its generator, for messages: with it as `FUZZ_SEED`, that try is
    ///     the first.
    /// - Returns: how many tries there were.
    @discardableResult
    public static func run(
        atLeast least: Int = 1,
        _ body: (_ seed: UInt64, _ generator: inout SplitMix) throws -> Void
    ) rethrows -> Int {
        let start = ContinuousClock.now
        var tries = 0
        repeat {
            var generator = SplitMix(seed: seed + UInt64(tries))
            try body(seed + UInt64(tries), &generator)
            tries += 1
        } while tries < least || ContinuousClock.now - start < .seconds(seconds)
        if environment("FUZZ_SECONDS") != nil { print("\(tries) tries from seed \(seed)") }
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

extension SplitMix {
    /// Text that would do harm where it is shown, if it could: pieces of XML, of Graphviz and of what
    /// terminals obey, scalars that hide behind others, and any scalars at all.
    public mutating func hostileText(pieces: ClosedRange<Int> = 1...6) -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: pieces, using: &self) {
            if let piece = Bool.random(using: &self) ? Self.pieces.randomElement(using: &self) : nil
            {
                text += piece.unicodeScalars
            } else if let c = Unicode.Scalar(UInt32.random(in: 0...0x10FFFF, using: &self)) {
                text.append(c)
            }
        }
        return text.isEmpty ? "<" : String(text)
    }

    private static let pieces =
        [
            "<", ">", "&", "\"", "'", "]]>", "<![CDATA[", "<!--", "-->", "<?x ", "&lt;", "&#x1b;",
            "</text>", "</title>", "<image href=\"http://a/b.png\"/>", "\" onload=\"a()",
            "<script>",
            "{", "}", "|", "\\", "\\N", "\"] x [label=\"", " }\", color=\"red", "// ", ";",
            "\u{1B}[31m", "\u{1B}]0;a\u{7}", "\u{9B}2J", "\u{9D}8;;http://a\u{9C}", "\u{8}", "\0",
            "\u{7F}", "\u{85}", "\r", "\n", "\t", "\u{2028}", "\u{2029}", "\u{202E}", "\u{2066}",
            "\u{200F}", "\u{61C}", "\u{600}", "\u{301}", "\u{200D}", "\u{FE0F}", "\u{1F1E9}",
            "\u{FEFF}",
            "\u{A0}", " ", "a", "é", "小",
            "👩‍🚀", "-", "--", "%s", "%n", "1e999",
        ]
        + [0xFFFE, 0xFFFF, 0xFDD0, 0x1FFFE, 0x10FFFF].compactMap {
            Unicode.Scalar($0).map(String.init)
        }
}
