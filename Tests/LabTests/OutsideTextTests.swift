import Foundation
import Inspection
import MicroGPT
import PythonRandom
import TestSupport
import Testing

/// Names, arguments, paths and what a checkpoint holds, where the command prints them.
@Suite struct OutsideTextTests {
    /// Colours, a window title, a control character of 8 bits, text that runs backwards.
    private static let names = "a\u{1B}[31mb\n\u{1B}]0;c\u{7}d\n\u{9B}2J\u{202E}e\n"

    #if os(Linux)
        /// What a terminal gets, without what the command itself has there: colours, and the
        /// progress line.
        private func onTerminal(_ arguments: [String], _ path: String) throws -> String {
            let words = arguments.map { "'\($0)'" }.joined(separator: " ")
            let line = try Run.shell(
                "TERM=xterm script -qec \"'$0' $1\" /dev/null", [words, path]
            ).stdout
            return line.replacing(/\r\u{1B}\[K(\[[#.]+\][^\r\n]*)?/, with: "")
                .replacing(/\u{1B}\[38;5;\d+;48;5;\d+m([ \d]+)\u{1B}\[0m/) { $0.1 }
                .replacing("\r\n", with: "\n")
        }

        @Test func `no character of theirs makes a terminal do something`() throws {
            try withFile(Array(Self.names.utf8), named: "names\u{1B}[7m.txt") { path in
                let folder = URL(filePath: path).deletingLastPathComponent().path
                let save = folder + "/a\u{1B}[5m.safetensors"
                let train = ["train", "--names", path, "--embedding", "4", "--steps", "3"]
                var config = Config.lesson
                (config.nEmbd, config.numSteps) = (4, 3)
                config.heading = "\u{1B}]0;heading\u{7}\u{202E}"
                var rng = PythonRandom(seed: 42)
                let documents = try readDocuments(path)
                let gpt = GPT(config, Tokenizer(documents: documents), &rng)
                var recipe = Checkpoint.Recipe()
                recipe.documents = Checkpoint.Recipe.digest(of: documents)
                let adam = Adam(paramCount: gpt.params.count)
                try Checkpoint(
                    preset: "lesson", gpt: gpt, loss: nil, training: (adam, rng), recipe: recipe
                )
                .write(to: folder + "/heading")

                let name = "\u{1B}]0;c\u{7}d"
                for (arguments, expected) in [
                    (train, "sample 20: "),
                    (train + ["--save", save, "--stop-after", "1"], "a<U+001B>[5m.safetensors"),
                    (train + ["--name", "\u{1B}x"], "\"<U+001B>x\": \"x\" is not in the vocab"),
                    (train + ["--learning-rate", "1e10"], "not a finite number"),
                    (
                        ["train", "--names", path, "--resume", folder + "/heading"],
                        "<U+001B>]0;heading<U+0007><U+202E>"
                    ),
                    (["sample", "--load", save], "<U+"),
                    (["trace", name, "--load", save], "<U+001B>"),
                    (["complete", "", "--load", save], "U+001B"),
                    (["attention", name, "--load", save], "·\u{FFFD}]0;c\u{FFFD}d"),
                    (["embeddings", "--load", save], "U+009B"),
                    (["tokenize", "--names", path, name], "<U+001B>]0;c<U+0007>d: "),
                    (["check", "--names", path, "--embedding", "4"], "loss of \""),
                    (["sample", "--load", "no\u{1B}[5m"], "no<U+001B>[5m: no such file"),
                    (["\u{1B}[5m"], "'lab' has no subcommand '<U+001B>[5m'"),
                    (["train", "--steps", "\u{9B}5m"], "The value '<U+009B>5m' is invalid"),
                    (["figure", "\u{202E}"], "<U+202E>: no such figure"),
                ] {
                    let shown = try onTerminal(arguments, path)
                    #expect(
                        shown.harmless(keeping: "\n\t") == shown,
                        "\(arguments): \(shown.debugDescription)")
                    let plain = expected.replacing("·", with: "")
                    #expect(shown.contains(plain), "\(arguments): \(shown.debugDescription)")
                }
            }
        }
    #endif

    @Test func `what is redirected is exact`() throws {
        try withFile(Array(Self.names.utf8)) { path in
            let name = "\u{9B}2J\u{202E}e"
            let run = try Run.lab("tokenize", "--names", path, name)
            #expect(Array(run.stdout.utf8).starts(with: Array("\(name): ".utf8)))
            #expect(run.exitCode == 0)
        }
    }

    @Test func `a byte order mark is left out, and spoken of`() throws {
        try withFile(Array("\u{FEFF}emma\n".utf8)) { path in
            let run = try Run.lab("tokenize", "--names", path, "emma")
            #expect(run.stdout == "emma: 3 1 2 2 0 3\n")
            #expect(run.stderr == "\(path): the byte order mark at its beginning is left out\n")
        }
    }

    @Test func `a message about a path with a line end in it is one line`() throws {
        let run = try Run.lab("train", "--names", "a\nError: b")
        #expect(run.stderr.hasPrefix("Error: a<U+000A>Error: b: no such file in "))
        #expect(run.stderr.count { $0.isNewline } == 1)
    }

    @Test func `an empty name cannot be trained on`() throws {
        let run = try Run.lab("train", "--name", "")
        #expect(
            run.stderr.hasPrefix("Error: The name is empty; it must have at least one character.\n")
        )
        #expect((run.stdout, run.exitCode) == ("", 64))
    }

    @Test func `names that never end are refused`() throws {
        let run = try Run.lab("train", "--names", "/dev/zero")
        #expect(run.stderr == "Error: /dev/zero: more than 256000000 bytes; use a part of it\n")
        #expect(run.exitCode == 1)
        #expect(try Run.lab("help", "train").stdout.contains("of 256 MB at"))
    }
}

/// Standard streams that are closed, full or have lost their reader.
@Suite struct StreamTests {
    /// Runs the command in a folder of its own, and expects that a signal does not end it.
    private func run(_ command: String, _ redirection: String, in folder: String) throws -> Run {
        let line = "cd '\(folder)' && \"$0\" \(command) \(redirection)"
        let run = try Run.shell(line)
        #expect(run.exitCode < 126, "\(line): \(run.exitCode) \(run.stderr)")
        return run
    }

    private static let commands = [
        "train --names names.txt --embedding 4 --steps 2 --samples 1 --quiet --save x",
        "tokenize --names names.txt emma", "graph neuron --svg x", "graph neuron", "help train",
        "train --names nemo", "train --steps none", "figure", "train --names /dev/stdin --steps 1",
    ]

    private static let closed = [
        "<&-", ">&-", "2>&-", "<&- >&-", "<&- 2>&-", ">&- 2>&-", "<&- >&- 2>&-",
    ]

    @Test(arguments: commands)
    func `a closed stream is no crash, and no file takes its place`(_ command: String) throws {
        try withFile(Array("emma\n".utf8)) { path in
            let folder = URL(filePath: path).deletingLastPathComponent().path
            let open = try run(command, "", in: folder)
            let saved = FileManager.default.contents(atPath: folder + "/x")
            for redirection in Self.closed {
                try? FileManager.default.removeItem(atPath: folder + "/x")
                let closed = try run(command, redirection, in: folder)
                #expect(FileManager.default.contents(atPath: folder + "/x") == saved, "\(command)")
                #expect(FileManager.default.contents(atPath: path) == Data("emma\n".utf8))
                let losesResult = redirection.contains(" >") || redirection.hasPrefix(">")
                let code = losesResult && !open.stdout.isEmpty ? 1 : open.exitCode
                #expect(closed.exitCode == code, "\(command) \(redirection)")
                #expect(closed.stdout == (losesResult ? "" : open.stdout), "\(command)")
                if losesResult && !open.stdout.isEmpty && !redirection.contains("2") {
                    #expect(
                        closed.stderr
                            == "Error: cannot write to standard output: Bad file descriptor\n")
                }
            }
        }
    }

    #if os(Linux)
        @Test func `what is closed is kept open, so that no file is opened in its place`() throws {
            let run = try withFile([]) { log in
                try Run.shell(
                    """
                    "$0" train --steps 20000 > "$1" <&- 2>&- & pid=$!
                    until grep -q '^step ' "$1"; do sleep 0.05; done
                    readlink /proc/$pid/fd/0 /proc/$pid/fd/2; kill $pid
                    """, [log])
            }
            #expect(run.lines == ["/dev/null", "/dev/null"])
        }

        @Test func `where messages cannot be written, the rest is done`() throws {
            try withFile(Array("emma\n".utf8)) { path in
                let folder = URL(filePath: path).deletingLastPathComponent().path
                let train =
                    "train --names names.txt --embedding 4 --steps 3 --stop-after 2 --save x"
                let full = try run(train, "2>/dev/full", in: folder)
                #expect(full.exitCode == 0 && full.lines.count == 5)
                #expect(try Checkpoint(contentsOf: folder + "/x").training?.adam.step == 2)
                #expect(try run("train --names nemo", "2>/dev/full", in: folder).exitCode == 1)
                #expect(try run("train --stepz", "2>/dev/full", in: folder).exitCode == 64)
            }
        }

        @Test func `a disk that fills up does not lose what is trained`() throws {
            try withFile(Array("emma\n".utf8)) { path in
                let folder = URL(filePath: path).deletingLastPathComponent().path
                // A checkpoint of this model is smaller than what may be in a file; what is printed
                // in 9000 steps is larger.
                let training = try Run.shell(
                    """
                    cd "$1"; trap '' XFSZ; ulimit -f 64
                    "$0" train --names names.txt --embedding 1 --heads 1 --context 1 \\
                        --steps 9000 --samples 1 --save x > log
                    """, [folder])
                #expect(
                    training.stderr == "Error: cannot write to standard output: File too large\n")
                #expect(training.exitCode == 1)
                let steps = try String(contentsOfFile: folder + "/log", encoding: .utf8)
                    .matches(of: /loss .*\n/).count
                let saved = try #require(try Checkpoint(contentsOf: folder + "/x").training)
                #expect(saved.adam.step == steps + 1 && steps > 100)
            }
        }
    #endif

    @Test func `a reader that goes away ends the training after it is saved`() throws {
        try withFile(Array("emma\n".utf8)) { path in
            let folder = URL(filePath: path).deletingLastPathComponent().path
            let run = try Run.shell(
                """
                cd "$1"; { "$0" train --names names.txt --embedding 4 --steps 3000 --save x; \
                echo $? >&2; } | head -5
                """, [folder])
            #expect(run.lines.count == 5 && run.stderr == "141\n")
            let saved = try #require(try Checkpoint(contentsOf: folder + "/x").training)
            #expect((2..<3000).contains(saved.adam.step))
        }
    }
}
