import Foundation
import TestSupport
import Testing

/// The command as people run it: the built program, its output and its exit code.
@Suite struct TrainTests {
    @Test func `without arguments it prints what the first microgpt.py prints`() throws {
        let run = try Run.lab("train")
        #expect(run.stdout == (try Fixture.text("microgpt-lesson.txt")))
        #expect(run.stderr == "")
        #expect(run.exitCode == 0)
    }

    #if !DEBUG  // a minute in debug builds
        @Test func `the gist preset prints what the final microgpt.py prints`() throws {
            let run = try Run.lab("train", "--preset", "gist")
            #expect(run.stdout == (try Fixture.text("microgpt-gist.txt")))
            #expect(run.stderr == "")
            #expect(run.exitCode == 0)
        }
    #endif

    @Test func `every flag does what it says`() throws {
        let run = try Run.lab(
            "train", "--preset", "gist", "--names", "names.txt", "--steps", "3", "--seed", "7",
            "--layers", "2", "--heads", "2", "--embedding", "8", "--context", "4",
            "--learning-rate", "0.02", "--samples", "2", "--temperature", "0.8")
        let lines = run.lines
        #expect(lines.count == 9)
        #expect(lines.first == "num docs: 20599")
        #expect(lines[2] == "num params: 2000")  // 8 (2 · 27 + 4 + 12 · 8 · 2)
        #expect(lines[3].hasPrefix("step    1 /    3 | loss 3."))
        #expect(lines[6] == "--- inference (new, hallucinated names) ---")
        #expect(lines[7].hasPrefix("sample  1: "))
        #expect(lines.suffix(2).allSatisfy { $0.count <= "sample  1: ".count + 4 })
        #expect(run.exitCode == 0)

        for (flag, value) in [
            ("--seed", "8"), ("--layers", "1"), ("--heads", "1"), ("--embedding", "16"),
            ("--context", "8"), ("--learning-rate", "0.01"), ("--temperature", "8"),
        ] {
            var arguments = [
                "train", "--steps", "3", "--seed", "7", "--layers", "2", "--heads", "2",
                "--embedding", "8",
                "--context", "4", "--learning-rate", "0.02", "--samples", "2", "--temperature",
                "0.8", "--preset", "gist",
            ]
            let place = try #require(arguments.firstIndex(of: flag))
            arguments[place + 1] = value
            let other = try Run.shell("exec \"$0\" \"$@\"", arguments)
            #expect(other.stdout != run.stdout, "\(flag) has no effect")
            #expect(other.exitCode == 0)
        }
    }

    @Test func `quiet prints the samples only`() throws {
        let run = try Run.lab("train", "--quiet", "--steps", "2", "--samples", "3")
        #expect(run.lines.map { $0.prefix(10) } == ["sample  1:", "sample  2:", "sample  3:"])
        #expect(run.stderr == "")
    }

    @Test func `names in other alphabets, with CRLF, are learned`() throws {
        try withFile(Array("小明\r\n小红\r\nΩμέγα\r\n".utf8)) { path in
            let run = try Run.lab("train", "--names", path, "--steps", "5", "--samples", "2")
            #expect(run.lines[0] == "num docs: 3")
            #expect(run.lines[1] == "vocab size: 9")
            #expect(run.exitCode == 0)
        }
    }

    @Test func `names can come from a pipe`() throws {
        let run = try Run.shell(
            "printf 'emma\\nava\\n' | \"$0\" train --names /dev/stdin --steps 1 --samples 1")
        #expect(run.lines.prefix(2) == ["num docs: 2", "vocab size: 5"])
        #expect(run.exitCode == 0)
    }

    @Test func `a corpus of one character is a corpus`() throws {
        try withFile(Array("a".utf8)) { path in
            let run = try Run.lab("train", "--names", path, "--steps", "5", "--samples", "1")
            #expect(run.lines.prefix(2) == ["num docs: 1", "vocab size: 2"])
            #expect(run.stderr == "")
            #expect(run.exitCode == 0)
        }
    }

    @Test func `a name longer than the context is cut off`() throws {
        try withFile(Array("abcdefghijklmnopqrstuvwxyz\n".utf8)) { path in
            let run = try Run.lab("train", "--names", path, "--steps", "5", "--samples", "1")
            #expect(run.lines[1] == "vocab size: 27")
            #expect(run.stderr == "")
            #expect(run.exitCode == 0)
        }
    }

    @Test func `an infinite loss ends the training with the step and the name`() throws {
        let run = try Run.lab("train", "--learning-rate", "1e10", "--steps", "20")
        #expect(run.lines.count == 4, "three counts and the one good step")
        #expect(
            run.stderr == """
                Error: step 2, "euvenia": the loss is inf, not a finite number; try a learning \
                rate below 10000000000.0

                """)
        #expect(run.exitCode == 1)
    }

    @Test func `parameters too large for probabilities end the sampling`() throws {
        let run = try Run.lab("train", "--learning-rate", "1e300", "--steps", "1")
        #expect(
            run.stderr == """
                Error: the model has no probabilities to sample from: its parameters are not \
                finite numbers, or too large; try a smaller learning rate

                """)
        #expect(run.exitCode == 1)
    }

    @Test func `a reader that goes away ends it without a word`() throws {
        let run = try Run.shell("{ \"$0\" train --steps 3000; echo $? >&2; } | head -3")
        #expect(run.lines == ["num docs: 20599", "vocab size: 27", "num params: 4064"])
        #expect(run.stderr == "141\n")

        let deaf = try Run.shell(
            "trap '' PIPE; { \"$0\" train --steps 3000; echo $? >&2; } | head -3")
        #expect(deaf.stdout == run.stdout)
        #expect(deaf.stderr == "141\n", "also where SIGPIPE is ignored")
    }

    #if os(Linux)
        @Test func `a full disk is an error`() throws {
            let run = try Run.shell("\"$0\" train > /dev/full")
            #expect(
                run.stderr == "Error: cannot write to standard output: No space left on device\n")
            #expect(run.exitCode == 1)
        }

        /// What a terminal gets of a training on standard error.
        private func terminal(
            _ type: String, columns: Int = 20, _ flags: String = ""
        ) throws -> String {
            try Run.shell(
                """
                script -qec "stty cols \(columns); TERM=$1 '$0' train $2 --steps 40 --samples 1 2>&1 \
                >/dev/null" /dev/null
                """, [type, flags]
            ).stdout
        }

        @Test func `on a terminal a progress line comes and goes, however narrow`() throws {
            let lines = try terminal("xterm").components(separatedBy: "\r\u{1B}[K")
            #expect(lines.count > 2 && lines.first == "" && lines.last == "")
            let isShort = lines.dropFirst().dropLast().allSatisfy {
                $0.wholeMatch(of: /\d+\/40  \d+s left/) != nil && $0.count < 20
            }
            #expect(isShort, "\(lines)")
            #expect(try terminal("xterm", "--quiet") == "")
        }

        @Test(arguments: [("dumb", 80), ("''", 80), ("xterm", 0)])
        func `a terminal that cannot write over a line is not made to`(
            _ type: String, _ columns: Int
        ) throws {
            let text = try terminal(type, columns: columns)
            #expect(!text.contains("\u{1B}") && !text.contains { $0 == "\r" }, "\(text)")
        }
    #endif

    @Test func `Control-C ends the training after the step, then samples`() throws {
        let run = try withFile([]) { log in
            try Run.shell(
                """
                "$0" train --steps 20000 --samples 3 > "$1" & pid=$!
                until grep -q '^step ' "$1"; do sleep 0.05; done
                kill -INT $pid; wait $pid; code=$?; cat "$1"; exit $code
                """, [log])
        }
        #expect(run.exitCode == 130)
        let steps = run.lines.count { $0.hasPrefix("step ") }
        #expect(
            run.stderr == """
                interrupted after step \(steps) of 20000; the names are from the model as it is

                """)
        #expect(run.lines.suffix(4).first == "--- inference ---")
        #expect(run.lines.last?.hasPrefix("sample  3: ") == true)
    }
}
