import Foundation
import Inspection
import TestSupport
import Testing

/// The built command with options that nobody would think of.
@Suite struct OptionFuzz {
    /// Values that are extreme, or not what the option takes.
    private static let values = [
        "0", "-1", "1", "2", "3", "7", "65536", "65537", "-0", "+5", "0x10", "1e3", "1.5", "nan",
        "inf", "-inf", "1e308", "-1e308", "1e-308", "5e-324", "1e999", "9223372036854775807",
        "-9223372036854775808", "18446744073709551616", "", " ", "--", "-", "-h", "=", "٣", "½",
        "names.txt", "/dev/null", "/", ".", "x/y", "emma", "lesson", "gist", "scalars", "all",
    ]

    /// What is too much or too little for any number that is limited.
    private static let beyondLimits = [
        "0", "-1", "-0", "+5", "0x10", "1e3", "nan", "inf", "-inf", "1e999", "", " ", "--", "٣",
        "-9223372036854775808", "18446744073709551616", "9223372036854775808",
    ]

    /// Options whose large values are sound, but take hours: they get a small one, or none that is.
    private static let costly: Set = [
        "--steps", "--samples", "--layers", "--heads", "--embedding", "--context", "--batch",
        "--threads", "--vocabulary", "--width",
    ]

    /// Options that make files get places where there can be none.
    private static let writing: Set = ["--save", "--plot", "--svg"]
    private static let forbiddenPlaces = [
        "/", ".", "", "/dev/null", "/dev/full", "x/y/z", "Sources",
    ]

    private static let flags: Set = ["--quiet", "--compare", "--json", "--dot", "--validate"]

    /// What each command needs to be quick, and what else it may get; "" is an argument.
    private static let commands: [(needed: String, may: String)] = [
        (
            "train --embedding 4 --steps 1 --samples 1",
            "--preset --names --seed --layers --heads --embedding --context --learning-rate --steps "
                + "--name --samples --temperature --save --save-every --stop-after --resume "
                + "--engine --batch --threads --quiet --plot --compare --validate"
        ),
        (
            "sample --untrained --samples 1",
            "--prompt --samples --temperature --seed --load"
        ),
        ("complete em --untrained", "--temperature --load "),
        ("tokenize emma", "--names "),
        ("trace emma --untrained", "--position --head --json --load "),
        ("attention emma --untrained", "--load --svg "),
        ("graph neuron", "--dot --svg "),
        ("embeddings --untrained", "--load --svg"),
        ("figure", "--svg "), ("exercises 99", ""), ("help", ""),
        ("beyond scale", "--width --layers --heads --context --vocabulary --rate"),
        ("beyond heads --embedding 4", "--heads --embedding --seed"),
        ("beyond translate one --steps 1", "--seed --steps --load --save --svg "),
    ]

    private func arguments(_ generator: inout SplitMix) -> [String] {
        let (needed, may) = Self.commands.randomElement(using: &generator) ?? ("", "")
        var words = needed.split(separator: " ").map(String.init)
        let options = may.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        for _ in 0..<Int.random(in: 0...4, using: &generator) {
            let option = options.randomElement(using: &generator) ?? ""
            var pool = Self.values
            if Self.costly.contains(option) { pool = Self.beyondLimits + ["1", "2", "3"] }
            if Self.writing.contains(option) { pool = Self.forbiddenPlaces }
            var value = pool.randomElement(using: &generator) ?? ""
            if !Self.writing.contains(option) && Int.random(in: 0..<4, using: &generator) == 0 {
                value = generator.hostileText().replacing("\0", with: "")
            }
            var added = Bool.random(using: &generator) ? [option, value] : ["\(option)=\(value)"]
            if option.isEmpty { added = [value] }
            if Self.flags.contains(option) { added = [option] }
            // Before what is needed, after it, or in its midst.
            let place = Int.random(in: 1...words.count, using: &generator)
            words.insert(contentsOf: added, at: place)
        }
        return words
    }

    @Test func `any options end with a code and a message, in time`() throws {
        try Fuzz.run(atLeast: 20) { seed, generator in
            let words = arguments(&generator)
            let what = "FUZZ_SEED=\(seed) \(words)"
            let run = try Run.shell("exec \"$0\" \"$@\"", words, seconds: 120)
            #expect([0, 1, 64].contains(run.exitCode), "\(what): \(run.exitCode) \(run.stderr)")
            if run.exitCode != 0 {
                let lines = run.stderr.split(separator: "\n", omittingEmptySubsequences: false)
                #expect(run.stderr.hasPrefix("Error: "), "\(what): \(run.stderr)")
                // ArgumentParser adds the usage to what it refuses.
                #expect(run.exitCode == 64 || lines.count == 2, "\(what): \(run.stderr)")
            }
            #expect(run.stderr.harmless(keeping: "\n\t") == run.stderr, "\(what)")
        }
    }
}
