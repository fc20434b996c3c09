import Foundation
import TestSupport
import Testing

/// The subcommands that draw.
@Suite struct PictureTests {
    @Test(arguments: ["expression", "neuron", "softmax", "rmsnorm", "head"])
    func `a graph as a picture and for Graphviz`(_ what: String) throws {
        let svg = try Run.lab("graph", what)
        try expectFixture(svg.stdout, "graph-\(what).svg")
        let dot = try Run.lab("graph", what, "--dot")
        try expectFixture(dot.stdout, "graph-\(what).dot")
        #expect((svg.stderr, dot.stderr) == ("", ""))
        #expect((svg.exitCode, dot.exitCode) == (0, 0))
    }

    @Test func `a file that exists is replaced by the picture`() throws {
        try withFile(Array("old".utf8), named: "neuron.svg") { path in
            let run = try Run.lab("graph", "neuron", "--svg", path)
            #expect(run.stdout == "" && run.stderr == "" && run.exitCode == 0)
            let written = try String(contentsOfFile: path, encoding: .utf8)
            try expectFixture(written, "graph-neuron.svg")
            let folder = URL(filePath: path).deletingLastPathComponent().path
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["neuron.svg"])
        }
    }

    @Test func `what cannot be drawn, or written, is an error`() throws {
        for (arguments, message, code) in [
            (["graph", "brain"], "Error: The value 'brain' is invalid for '<what>'", 64),
            (["graph"], "Error: Missing expected argument '<what>'", 64),
            (
                ["graph", "neuron", "--dot", "--svg", "x.svg"],
                "Error: --dot and --svg exclude each other.", 64
            ),
            (["graph", "neuron", "--svg", "Sources"], "Error: Sources: a folder, not a file\n", 1),
            (
                ["graph", "neuron", "--svg", "no/x.svg"], "Error: no/x.svg: there is no folder ",
                1
            ),
            (
                ["graph", "neuron", "--svg", "/dev/null"],
                "Error: /dev/null: a device, not a file\n",
                1
            ),
            (["train", "--compare"], "Error: --compare needs --plot <file>.", 64),
            (["train", "--plot", "no/x.svg"], "Error: no/x.svg: there is no folder ", 1),
            (["embeddings", "--svg", "no/x.svg"], "Error: no/x.svg: there is no folder ", 1),
        ] {
            let run = try Run.shell("exec \"$0\" \"$@\"", arguments)
            #expect(run.stderr.hasPrefix(message), "\(run.stderr)")
            #expect(run.stdout == "")
            #expect(run.exitCode == Int32(code), "\(arguments)")
        }
    }

    @Test func `the losses of a training that diverges are drawn, before the error`() throws {
        try withFile([], named: "loss.svg") { path in
            for compare in [[], ["--compare"]] {
                let flags = ["train", "--learning-rate", "5", "--steps", "20", "--plot", path]
                let run = try Run.shell("exec \"$0\" \"$@\"", flags + compare)
                #expect(run.stderr.hasPrefix("Error: step 3, \"evadne\": the loss is inf"))
                #expect(run.exitCode == 1)
                let picture = Picture(try String(contentsOfFile: path, encoding: .utf8))
                let points = picture.elements.first { $0.name == "polyline" }?.attributes["points"]
                #expect(points?.split(separator: " ").count == 2)
                try Data().write(to: URL(filePath: path))
            }
        }
    }

    @Test func `the losses of a training run as a curve`() throws {
        try withFile([], named: "loss.svg") { path in
            let flags = ["train", "--embedding", "4", "--samples", "1", "--steps", "12"]
            let run = try Run.shell("exec \"$0\" \"$@\"", flags + ["--plot", path])
            #expect(run.stdout == (try Run.shell("exec \"$0\" \"$@\"", flags)).stdout)
            #expect(run.stderr == "" && run.exitCode == 0)
            let one = try String(contentsOfFile: path, encoding: .utf8)
            let lines = Picture(one).elements.filter { $0.name == "polyline" }
            #expect(lines.count == 5, "two and a sample, the guess and a sample")
            let points = Picture(one).elements.first { $0.name == "polyline" }?.attributes["points"]
            #expect(points?.split(separator: " ").count == 12)

            let compared = try Run.shell(
                "exec \"$0\" \"$@\"", flags + ["--compare", "--plot", path])
            #expect(compared.stdout == run.stdout && compared.exitCode == 0)
            let two = try String(contentsOfFile: path, encoding: .utf8)
            Picture(two).expectLegible()
            let texts = Picture(two).texts
            #expect(texts.contains("lesson") && texts.contains("gist"))
            #expect(texts.count { $0.wholeMatch(of: /3\.\d{4}/) != nil } == 2)
            _ = try Run.shell("exec \"$0\" \"$@\"", flags + ["--compare", "--plot", path])
            #expect(try String(contentsOfFile: path, encoding: .utf8) == two)
        }
    }

    #if !DEBUG  // 15 seconds in debug builds
        @Test func `after training, vowels are on one side and consonants on the other`() throws {
            let run = try Run.lab("embeddings")
            #expect(run.stderr == "" && run.exitCode == 0)
            #expect(run.lines.count == 29)
            let rows = run.lines[1..<27].map { $0.split(separator: " ") }
            for row in rows {
                let x = try #require(Double(row[1]))
                #expect((x > 0.4) == "aeiou".contains(row[0]), "\(row)")
            }
        }
    #endif
}
