import Foundation
import Inspection
import MicroGPT
import TestSupport
import Testing

/// Checkpoints as people use them: saved, resumed, sampled and completed by the built command.
@Suite struct CheckpointCommandTests {
    static let tiny = ["--embedding", "4", "--context", "4", "--heads", "2", "--steps", "12"]

    static func run(_ arguments: [String]) throws -> Run {
        try Run.shell(
            "exec \"$0\" \"$@\"", (arguments[0].hasPrefix("-") ? ["train"] : []) + arguments)
    }

    /// A folder with `model`, a tiny checkpoint in the middle of its training.
    static func withModel(_ body: (String) throws -> Void) throws {
        try withFile([], named: "model") { path in
            let run = try run(["train", "--save", path, "--stop-after", "6"] + tiny)
            #expect(run.stderr == "stopped after step 6 of 12, saved in \(path)\n")
            #expect(run.exitCode == 0)
            try body(path)
        }
    }

    @Test func `what a resumed training prints and saves is as if it had never stopped`() throws {
        try Self.withModel { model in
            let first = try Self.run(
                ["train", "--save", model, "--stop-after", "5", "--save-every", "2"] + Self.tiny)
            let second = try Self.run(["--resume", model, "--save", model, "--steps", "12"])
            let whole = try Self.run(["train", "--save", model + ".whole"] + Self.tiny)
            #expect(first.stdout + second.stdout == whole.stdout)
            #expect(second.lines.first?.hasPrefix("step    6 /   12 | loss ") == true)
            #expect(second.stderr == "" && whole.stderr == "")
            let files = try [model, model + ".whole"].map {
                try Data(contentsOf: URL(filePath: $0))
            }
            #expect(files[0] == files[1])
        }
    }

    #if !DEBUG  // a minute in debug builds
        @Test(arguments: [("lesson", "250"), ("gist", "500")])
        func `half a training and its other half are a whole one`(
            _ preset: String, _ half: String
        ) throws {
            try withFile([], named: "model") { model in
                let first = try Self.run(
                    ["train", "--preset", preset, "--save", model, "--stop-after", half])
                let second = try Self.run(["train", "--resume", model, "--save", model])
                #expect(
                    first.stdout + second.stdout == (try Fixture.text("microgpt-\(preset).txt")))
                let golden = try GoldenRun.load(preset)
                let params = try Checkpoint(contentsOf: model).gpt.params.map(\.data)
                if bitsMustAgree { #expect(sha256(params) == golden.finalParamsSha256) }
            }
        }
    #endif

    @Test func `flags that would make another training are refused`() throws {
        try Self.withModel { model in
            for (flag, value, kept) in [
                ("--preset", "gist", "lesson"), ("--seed", "7", "42"), ("--layers", "2", "1"),
                ("--heads", "1", "2"), ("--embedding", "8", "4"), ("--context", "8", "4"),
                ("--learning-rate", "0.5", "0.01"), ("--steps", "13", "12"),
                ("--name", "emma", "all names"),
                ("--engine", "arrays", "the single file's numbers"),
            ] {
                let run = try Self.run(["train", "--resume", model, flag, value])
                #expect(
                    run.stderr == """
                        Error: \(flag) \(value): the training in \(model) has \(kept) and goes on \
                        with it; leave the flag out, or train anew without --resume

                        """)
                #expect(run.stdout == "" && run.exitCode == 1)
            }
        }
    }

    @Test func `what cannot be resumed is an error`() throws {
        try Self.withModel { model in
            let documents = try readDocuments(Fixture.names)
            for others in [["ab"], documents.reversed(), documents + ["emma"]] {
                try withFile(Array(others.joined(separator: "\n").utf8)) { names in
                    let run = try Self.run(["train", "--resume", model, "--names", names])
                    #expect(
                        run.stderr == """
                            Error: \(names): not the names, in their order, that \(model) was \
                            trained on; resume with those

                            """)
                    #expect(run.stdout == "" && run.exitCode == 1)
                }
            }
            for (value, message) in [
                ("6", "6 steps are done; give a later one"), ("13", "the training has 12 steps"),
            ] {
                let run = try Self.run(
                    ["train", "--resume", model, "--save", model, "--stop-after", value])
                #expect(run.stderr == "Error: --stop-after \(value): \(message)\n")
                #expect(run.exitCode == 1)
            }
            let whole = try Checkpoint(contentsOf: model)
            try Checkpoint(preset: "lesson", gpt: whole.gpt, loss: nil, training: nil)
                .write(to: model)
            let run = try Self.run(["train", "--resume", model])
            #expect(
                run.stderr == """
                    Error: \(model): a model without the state of its training; it can be sampled \
                    with --load, but not resumed

                    """)
            #expect(run.exitCode == 1)
            let sampled = try Self.run(["sample", "--load", model, "--samples", "3"])
            #expect(sampled.lines.count <= 3 && sampled.stderr == "" && sampled.exitCode == 0)
        }
        for flag in ["--save-every", "--stop-after"] {
            let run = try Self.run(["train", flag, "3"])
            #expect(
                run.stderr.hasPrefix(
                    "Error: --save-every and --stop-after need --save <file>.\n"))
            #expect(run.exitCode == 64)
        }
    }

    @Test func `what was trained on one name goes on with it`() throws {
        try withFile([], named: "model") { model in
            let flags = ["--name", "emma", "--save", model] + Self.tiny
            let whole = try Self.run(flags)
            let first = try Self.run(flags + ["--stop-after", "5"])
            for name in [[], ["--name", "emma"]] {
                let second = try Self.run(["--resume", model] + name)
                #expect(first.stdout + second.stdout == whole.stdout)
            }
            let other = try Self.run(["--resume", model, "--name", "olivia"])
            #expect(
                other.stderr == """
                    Error: --name olivia: the training in \(model) has emma and goes on with it; \
                    leave the flag out, or train anew without --resume

                    """)
            #expect(other.stdout == "" && other.exitCode == 1)
        }
    }

    @Test func `a file without a checksum is sampled with a word about it, and not resumed`() throws
    {
        try Self.withModel { model in
            let whole = try Self.run(["sample", "--load", model, "--samples", "3"])
            var data = try Data(contentsOf: URL(filePath: model))
            let start = try #require(data.firstRange(of: Data("\"checksum\":".utf8))).lowerBound
            // Spaces in its place: the header keeps its length.
            let spaces = Data(repeating: UInt8(ascii: " "), count: "\"checksum\":\"\",".count + 64)
            data.replaceSubrange(start..<start + spaces.count, with: spaces)
            try data.write(to: URL(filePath: model))
            let run = try Self.run(["sample", "--load", model, "--samples", "3"])
            #expect(run.stdout == whole.stdout && run.exitCode == 0)
            #expect(
                run.stderr == """
                    \(model): no checksum in its metadata: it is taken as it is, whole or damaged

                    """)
            let resumed = try Self.run(["train", "--resume", model])
            #expect(
                resumed.stderr == """
                    Error: \(model): no checksum in its metadata, so it may be damaged; it can be \
                    sampled with --load, but not resumed

                    """)
            #expect(resumed.stdout == "" && resumed.exitCode == 1)
        }
    }

    // MARK: - Files that would be destroyed

    @Test func `no file that a command reads or writes is written over`() throws {
        try Self.withModel { model in
            let before = try Data(contentsOf: URL(filePath: model))
            let folder = URL(filePath: model).deletingLastPathComponent().path
            let (link, hard) = ("\(folder)/link", "\(folder)/hard")
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "model")
            try FileManager.default.linkItem(atPath: model, toPath: hard)
            for (arguments, flag) in [
                (["train", "--save", "\(folder)/new", "--plot", "\(folder)/./new"], "--save"),
                (["train", "--names", model, "--save", link], "--names"),
                (["train", "--names", model, "--plot", hard], "--names"),
                (["train", "--resume", model, "--plot", hard], "--resume"),
                (["train", "--save", "names.txt"], "--names"),
                (["attention", "emma", "--load", model, "--svg", link], "--load"),
                (["attention", "emma", "--svg", "names.txt"], "the names"),
                (["embeddings", "--load", model, "--svg", model], "--load"),
                (["embeddings", "--untrained", "--svg", "./names.txt"], "the names"),
                (["bench", "--names", model, "--svg", hard], "--names"),
                (["figure", "presets", "--svg", "names.txt"], "the names"),
                (["beyond", "depth", "--names", hard, "--svg", model], "--names"),
                (["beyond", "translate", "one", "--load", model, "--svg", hard], "--load"),
                (["beyond", "translate", "one", "--save", model, "--svg", link], "--save"),
            ] {
                let run = try Self.run(arguments)
                let path = arguments[arguments.count - 1]
                #expect(
                    run.stderr == "Error: \(path): the file of \(flag), too; choose another one\n")
                #expect(run.stdout == "" && run.exitCode == 1)
            }
            let printed = try Run.shell(
                "\"$0\" graph neuron --svg \"$1\" > \"$1.svg\"; exec \"$0\" graph neuron --svg \"$1.svg\" >> \"$1.svg\"",
                [folder + "/other"])
            #expect(
                printed.stderr == """
                    \(folder)/other: drawn
                    Error: \(folder)/other.svg: the file of standard output, too; choose another one

                    """)
            #expect(try Data(contentsOf: URL(filePath: model)) == before)
            let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(names.sorted() == ["hard", "link", "model", "other", "other.svg"])
        }
    }

    // MARK: - Saves that are killed

    @Test func `kill -9 leaves a whole file, and the next save leaves no other`() throws {
        try Self.withModel { model in
            #if DEBUG  // more than are done when it is killed; those that are left are done, too
                let steps = "600"
            #else
                let steps = "3000"
            #endif
            let flags = Self.tiny.dropLast() + [steps, "--save", model]
            let run = try Run.shell(
                """
                model=$1; shift
                for delay in 0.11 0.17 0.23 0.31 0.37; do
                    "$0" train --quiet --save-every 1 "$@" & pid=$!
                    sleep $delay; kill -9 $pid; wait $pid 2>/dev/null
                    "$0" train --resume "$model" --save "$model" --quiet --samples 1 || exit 1
                    ls -A "$(dirname "$model")"
                done
                """, [model] + flags)
            #expect(run.lines.count == 10 && run.exitCode == 0, "\(run.stderr)")
            #expect(
                run.lines.filter { !$0.hasPrefix("sample") } == Array(repeating: "model", count: 5))
        }
    }

    @Test func `without standard input a training is saved as ever`() throws {
        try Self.withModel { model in
            let run = try Run.shell(
                "exec \"$0\" train --save \"$@\" <&-",
                [model + ".2", "--stop-after", "6"] + Self.tiny)
            #expect(run.exitCode == 0)
            let files = try [model, model + ".2"].map { try Data(contentsOf: URL(filePath: $0)) }
            #expect(files[0] == files[1])
            let names = try Run.shell("exec \"$0\" train --names /dev/stdin <&-")
            #expect(names.stderr.hasPrefix("Error: /dev/stdin: ") && names.exitCode == 1)
        }
    }

    @Test func `files that are no checkpoints are errors`() throws {
        let folder = Fixture.projectFolder.standardizedFileURL.path
        for (file, message) in [
            ("nemo", "no such file in \(folder)"), ("Sources", "not a file"),
            ("/dev/zero", "not a file"),
            (
                "names.txt",
                "its header should have 7016901163683701089 bytes, and only 146060 follow; it is "
                    + "cut off, or no safetensors file"
            ),
        ] {
            for arguments in [["sample", "--load"], ["complete", "em", "--load"], ["--resume"]] {
                let run = try Self.run(arguments + [file])
                #expect(run.stderr == "Error: \(file): \(message)\n")
                #expect(run.stdout == "" && run.exitCode == 1)
            }
        }
    }

    @Test func `Control-C saves what there is`() throws {
        try withFile([], named: "model") { model in
            let run = try Run.shell(
                """
                : > "$1.log"
                "$0" train --steps 20000 --samples 1 --embedding 4 --save "$1" > "$1.log" & pid=$!
                until grep -q '^step ' "$1.log"; do sleep 0.05; done
                kill -INT $pid; wait $pid; code=$?; cat "$1.log"; exit $code
                """, [model])
            #expect(run.exitCode == 130)
            let steps = run.lines.count { $0.hasPrefix("step ") }
            #expect(try Checkpoint(contentsOf: model).training?.adam.step == steps)
            #expect(
                run.stderr == """
                    interrupted after step \(steps) of 20000, saved in \(model); the names are from \
                    the model as it is

                    """)
        }
    }

    @Test func `a loss that is not finite leaves the last good checkpoint`() throws {
        try Self.withModel { model in
            let before = try Data(contentsOf: URL(filePath: model))
            let run = try Self.run(["--learning-rate", "1e10", "--steps", "20", "--save", model])
            #expect(run.stderr.hasPrefix("Error: step 2, \"euvenia\": the loss is inf"))
            #expect(run.exitCode == 1)
            #expect(try Data(contentsOf: URL(filePath: model)) == before)
        }
    }

    @Test func `one step on one name`() throws {
        let run = try Run.lab("train", "--steps", "2", "--name", "emma", "--samples", "1")
        #expect(run.lines.prefix(3) == ["num docs: 20599", "vocab size: 27", "num params: 4064"])
        let steps = ["step    1 /    2 | loss 3.3185", "step    2 /    2 | loss 3.0262"]
        #expect(run.lines[3...4] == steps[...])
        let unknown = try Run.lab("train", "--steps", "1", "--name", "zoé")
        #expect(
            unknown.stderr == """
                Error: "zoé": "é" is not in the vocabulary (abcdefghijklmnopqrstuvwxyz)

                """)
        #expect(unknown.stdout == "" && unknown.exitCode == 1)
    }

    // MARK: - Places that cannot be written

    @Test func `a place where no file can be is an error before the training`() throws {
        for (file, message) in [
            ("Sources", "a folder, not a file"),
            (
                "nowhere/model",
                "there is no folder \(Fixture.projectFolder.standardizedFileURL.path)/nowhere; make it first"
            ),
            ("/dev/null", "a device, not a file"),
        ] {
            let run = try Self.run(["train", "--save", file] + Self.tiny)
            #expect(run.stderr == "Error: \(file): \(message)\n")
            #expect(run.stdout == "" && run.exitCode == 1)
        }
    }

    #if os(Linux)
        /// Whether the tests run as somebody who may not write anywhere, or can run the command as
        /// such a one.
        static let canLackPermission: Bool = {
            let line = """
                [ $(id -u) != 0 ] || setpriv --reuid=65534 --clear-groups test -x "$0" -a -r names.txt
                """
            return (try? Run.shell(line))?.exitCode == 0
        }()

        @Test(.enabled(if: canLackPermission))
        func `a folder that is read-only is an error before the training`() throws {
            try Self.withModel { model in
                let before = try Data(contentsOf: URL(filePath: model))
                // Root may write anywhere: as root, the command runs as nobody.
                let run = try Run.shell(
                    """
                    folder=$(dirname "$1"); chmod 555 "$folder"
                    if [ $(id -u) = 0 ]; then as='setpriv --reuid=65534 --clear-groups'; fi
                    $as "$0" train --save "$1"; code=$?; chmod 755 "$folder"; exit $code
                    """, [model])
                let folder = URL(filePath: model).resolvingSymlinksInPath()
                    .deletingLastPathComponent().path
                #expect(
                    run.stderr == """
                        Error: \(model): no files can be made in \(folder); choose another folder

                        """)
                #expect(run.stdout == "" && run.exitCode == 1)
                #expect(try Data(contentsOf: URL(filePath: model)) == before)
            }
        }

        /// A limit on the size of files stops a write in the middle, as a full disk does.
        @Test func `a write that fails half-way leaves the file and nothing beside it`() throws {
            try Self.withModel { model in
                let before = try Data(contentsOf: URL(filePath: model))
                let run = try Run.shell(
                    "trap '' XFSZ; ulimit -f 8; exec \"$0\" train --save \"$@\"",
                    [model] + Self.tiny)
                #expect(
                    run.stderr == """
                        Error: \(model): cannot be written: File too large

                        """)
                #expect(run.exitCode == 1)
                #expect(try Data(contentsOf: URL(filePath: model)) == before)
                let folder = URL(filePath: model).deletingLastPathComponent().path
                #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["model"])
            }
        }

        static let canMount =
            (try? Run.shell("unshare -rm mount -t tmpfs none /mnt"))?.exitCode == 0

        @Test(.enabled(if: canMount, "needs user namespaces"))
        func `a full disk leaves the file as it was`() throws {
            try Self.withModel { model in
                let run = try Run.shell(
                    """
                    unshare -rm sh -c 'mount -t tmpfs -o size=32k none /mnt; cp "$1" /mnt/model
                    "$0" train --save /mnt/model --embedding 4 --steps 2 >/dev/null; code=$?
                    cmp "$1" /mnt/model && ls -A /mnt; exit $code' "$0" "$1"
                    """, [model])
                #expect(
                    run.stderr
                        == "Error: /mnt/model: cannot be written: No space left on device\n")
                #expect(run.stdout == "model\n")
                #expect(run.exitCode == 1)
            }
        }

        /// The command ends wherever memory is refused: at its start, in training or in a save.
        @Test func `without memory the file is the old one or the new one`() throws {
            try Self.withModel { model in
                let old = try Data(contentsOf: URL(filePath: model))
                let flags = [model, "--stop-after", "6", "--learning-rate", "0.02"] + Self.tiny
                _ = try Self.run(["train", "--save"] + flags)
                let new = try Data(contentsOf: URL(filePath: model))
                #expect(new != old)
                var codes: Set<Int32> = []
                for megabytes in [1000] + stride(from: 70, through: 106, by: 3) {
                    try old.write(to: URL(filePath: model))
                    let run = try Run.shell(
                        "ulimit -c 0; ulimit -v \(megabytes)000; export SWIFT_BACKTRACE=enable=no; exec \"$0\" train --save \"$@\"",
                        flags)
                    codes.insert(run.exitCode)
                    let found = try Data(contentsOf: URL(filePath: model))
                    #expect(found == (run.exitCode == 0 ? new : old))
                }
                #expect(codes.contains(0) && codes.count > 1, "\(codes)")
            }
        }

        /// The file has holes: it takes no space on the disk.
        @Test func `a header above the limit is not read`() throws {
            try withFile([], named: "model") { model in
                let run = try Run.shell(
                    """
                    printf '\\001\\341\\365\\005\\000\\000\\000\\000' > "$1"; truncate -s 200M "$1"
                    ulimit -v 300000; exec "$0" sample --load "$1"
                    """, [model])
                #expect(
                    run.stderr == """
                        Error: \(model): a header of 100000001 bytes; those of safetensors files \
                        have at most 100000000

                        """)
                #expect(run.stdout == "" && run.exitCode == 1)
            }
        }

        /// The config of a huge model in a small file takes no more memory than the file.
        @Test func `a small file that promises a huge model is refused in little memory`() throws {
            try Self.withModel { model in
                let data = try Data(contentsOf: URL(filePath: model))
                let text = Array("\"n_layer\":\"1\"".utf8),
                    huge = Array("\"n_layer\":\"9999\"".utf8)
                let place = try #require(data.firstRange(of: text))
                var damaged = data
                damaged.replaceSubrange(place, with: huge)
                let key = try #require(damaged.firstRange(of: Data("\"checksum\":".utf8)))
                damaged.replaceSubrange(
                    key.lowerBound..<key.upperBound + 67,
                    with: Data(repeating: UInt8(ascii: " "), count: key.count + 67))
                damaged[0] += 3  // the header's length
                try damaged.write(to: URL(filePath: model))
                let run = try Run.shell(
                    "ulimit -v 500000; exec \"$0\" sample --load \"$1\"", [model])
                #expect(
                    run.stderr.hasSuffix(
                        "numbers in its tensors; its config needs 5760120\n"), "\(run.stderr)")
                #expect(run.exitCode == 1)
            }
        }
    #endif

    // MARK: - sample and complete

    @Test func `sample prints names that begin with the prompt`() throws {
        try Self.withModel { model in
            let run = try Self.run(
                ["sample", "--load", model, "--prompt", "em", "--samples", "5", "--seed", "7"])
            #expect(run.lines == ["emie", "emrc", "emoj", "embn", "emal"])
            #expect(run.stderr == "" && run.exitCode == 0)
            let other = try Self.run(
                ["sample", "--load", model, "--prompt", "em", "--samples", "5", "--seed", "8"])
            #expect(other.lines != run.lines)
        }
    }

    @Test func `complete shows all characters and the end, the likeliest first`() throws {
        try Self.withModel { model in
            let run = try Self.run(["complete", "em", "--load", model])
            #expect(run.stdout == (try Fixture.text("complete-em.txt")))
            #expect(run.stderr == "" && run.exitCode == 0)
            let sharp = try Self.run(["complete", "em", "--load", model, "--temperature", "0.01"])
            #expect(sharp.lines.first == "v    69.20%  " + String(repeating: "#", count: 50))
        }
    }

    @Test func `prompts that no name can begin with are errors`() throws {
        try Self.withModel { model in
            for (prompt, message) in [
                ("éñxé", "\"é\", \"ñ\" are not in the vocabulary (abcdefghijklmnopqrstuvwxyz)"),
                (
                    "emma",
                    "has 4 characters; with a context of 4, at most 3 leave room for another"
                ),
            ] {
                for arguments in [["sample", "--prompt", prompt], ["complete", prompt]] {
                    let run = try Self.run(arguments + ["--load", model])
                    let colon = prompt == "emma" ? "" : ":"
                    #expect(run.stderr == "Error: \"\(prompt)\"\(colon) \(message)\n")
                    #expect(run.stdout == "" && run.exitCode == 1)
                }
            }
            #expect(try Self.run(["complete", "emm", "--load", model]).exitCode == 0)
        }
    }
}
