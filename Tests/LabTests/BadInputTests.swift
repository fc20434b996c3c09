import Foundation
import TestSupport
import Testing

/// Whatever a user can get wrong gives one clear line on standard error, and an exit code.
@Suite struct BadInputTests {
    @Test func `a missing file`() throws {
        let run = try Run.lab("train", "--names", "nemo.txt")
        let folder = Fixture.projectFolder.standardizedFileURL.path
        #expect(run.stderr == "Error: nemo.txt: no such file in \(folder)\n")
        #expect(run.stdout == "")
        #expect(run.exitCode == 1)
    }

    @Test func `a folder`() throws {
        let run = try Run.lab("tokenize", "--names", "Sources", "emma")
        #expect(run.stderr == "Error: Sources: a folder, not a text file\n")
        #expect(run.exitCode == 1)
    }

    @Test(arguments: [[], Array(" \n\t\r\n\u{A0}\u{2003}\n".utf8)])
    func `a file without names`(_ bytes: [UInt8]) throws {
        try withFile(bytes) { path in
            let run = try Run.lab("train", "--names", path)
            #expect(run.stderr == "Error: \(path): no names in it; it should have one a line\n")
            #expect(run.stdout == "")
            #expect(run.exitCode == 1)
        }
    }

    @Test(arguments: [
        ([0x65, 0x0A, 0xFF, 0x0A], 2),  // no UTF-8 at all
        ([0x61, 0x0A, 0x62, 0x0A, 0xC3], 3),  // cut off within a character
        ([0xC0, 0xAF], 1),  // overlong
        ([0x61, 0xED, 0xA0, 0x80], 1),  // half of a UTF-16 pair
        (Array("zo".utf8) + [0xE9], 1),  // Latin-1
    ])
    func `a file that is not UTF-8`(_ bytes: [UInt8], _ line: Int) throws {
        try withFile(bytes) { path in
            let run = try Run.lab("train", "--names", path)
            #expect(
                run.stderr
                    == "Error: \(path), line \(line): not UTF-8; save the file as UTF-8 text\n")
            #expect(run.exitCode == 1)
        }
    }

    @Test func `an unknown character, with nothing printed of what is known`() throws {
        let run = try Run.lab("tokenize", "emma", "zoé")
        #expect(
            run.stderr == """
                Error: "zoé": "é" is not in the vocabulary (abcdefghijklmnopqrstuvwxyz)

                """)
        #expect(run.stdout == "")
        #expect(run.exitCode == 1)
    }

    @Test func `heads that do not divide the embedding`() throws {
        let run = try Run.lab("train", "--heads", "3")
        #expect(
            run.stderr
                == "Error: an embedding of 16 cannot be cut into 3 equal heads; 15 or 18 can\n")
        #expect(run.exitCode == 1)
    }

    @Test func `a model too large for scalars`() throws {
        let run = try Run.lab("train", "--embedding", "65536")
        #expect(
            run.stderr == """
                Error: the model would have 51543670784 parameters; scalars are too large and too \
                slow for more than 10000000

                """)
        #expect(run.exitCode == 1)
    }

    static let wholeNumbers: [(flag: String, range: String, wrong: [String])] = {
        let notNumbers = ["nan", "inf", "abc", "", "1.5", "1e3", "99999999999999999999"]
        let sizes = ["--layers", "--heads", "--embedding", "--context"].map {
            ($0, "from 1 to 65536", ["0", "-1", "65537"] + notNumbers)
        }
        return sizes + [
            ("--steps", "from 1 to 1000000000", ["0", "-1", "1000000001"] + notNumbers),
            ("--samples", "from 1 to 1000000000", ["0", "-1", "1000000001"] + notNumbers),
            ("--seed", "from 0 on", ["-1"] + notNumbers),
        ]
    }()

    @Test("a whole number that is none, or out of range", arguments: wholeNumbers)
    func wholeNumber(_ flag: String, _ range: String, _ wrong: [String]) throws {
        try expectRefused(flag, wrong, "It must be a whole number \(range).")
    }

    @Test(arguments: [("--learning-rate", "0"), ("--temperature", "1e-09")])
    func `a number that is none, or not above its limit`(_ flag: String, _ limit: String) throws {
        let wrong = ["0", "-1", "nan", "inf", "1e999", "abc", ""]
        try expectRefused(flag, wrong, "It must be a number above \(limit).")
    }

    private func expectRefused(_ flag: String, _ values: [String], _ message: String) throws {
        for value in values {
            let run = try Run.lab("train", flag, value)
            let place = "'\(flag) <\(flag.dropFirst(2))>'"
            #expect(
                run.stderr.hasPrefix(
                    "Error: The value '\(value)' is invalid for \(place): \(message)\n"))
            #expect(run.stdout == "")
            #expect(run.exitCode == 64)
        }
    }

    @Test func `huge numbers that are sound`() throws {
        let run = try Run.lab(
            "train", "--seed", "9223372036854775807", "--temperature", "1e300", "--steps", "1",
            "--samples",
            "1")
        #expect(run.stderr == "")
        #expect(run.exitCode == 0)
    }

    @Test func `flags and presets that do not exist`() throws {
        for (arguments, message) in [
            (
                ["train", "--stesp", "3"],
                "Error: Unknown option '--stesp'. Did you mean '--steps'?\n"
            ),
            (
                ["train", "--preset", "gpt-2"],
                "Error: The value 'gpt-2' is invalid for '--preset <preset>'"
            ),
            (["tokenize"], "Error: Missing expected argument '<name> ...'\n"),
            (["dance"], "Error: 'lab' has no subcommand 'dance'.\n"),
            (["trian"], "Error: 'lab' has no subcommand 'trian'. Did you mean 'train'?\n"),
            (
                ["beyond", "depht", "--steps", "0"],
                "Error: 'lab beyond' has no subcommand 'depht'. Did you mean 'depth'?\n"
            ),
            (["help", "brench"], "Error: 'lab' has no subcommand 'brench'. Did you mean 'bench'?"),
            (
                ["help", "beyond", "norm"],
                "Error: 'lab beyond' has no subcommand 'norm'. Did you mean 'norms'?"
            ),
            (["help", "train", "x"], "Error: 'lab train' has no subcommand 'x'.\n"),
        ] {
            let run = try Run.shell("exec \"$0\" \"$@\"", arguments)
            #expect(run.stderr.hasPrefix(message), "\(run.stderr)")
            #expect(run.exitCode == 64)
        }
    }
}
