import Foundation
import TestSupport
import Testing

@Suite struct TraceTests {
    @Test func `the first position in full, then all in a line each`() throws {
        let run = try Run.lab("trace", "bavo", "--untrained")
        #expect(run.stdout == (try Fixture.text("trace-bavo.txt")))
        #expect(run.stderr == "")
        #expect(run.exitCode == 0)
    }

    @Test func `another position, and one head of it`() throws {
        let run = try Run.lab("trace", "bavo", "--untrained", "--position", "3", "--head", "2")
        #expect(run.stdout == (try Fixture.text("trace-bavo-position-3-head-2.txt")))
        #expect(run.lines.allSatisfy { $0.count <= 80 })
    }

    struct Trace: Decodable {
        struct Position: Decodable {
            let posID: Int
            let token, target: String
            let loss: Double
            let steps: [Step]
        }
        struct Step: Decodable {
            let name: String
            let head: Int?
            let shape: [Int]
            let values: [Double]
        }
        let document: String
        let tokens: [Int]
        let positions: [Position]
        let loss: Double
    }

    @Test func `JSON has every bit of it`() throws {
        let run = try Run.lab("trace", "bavo", "--untrained", "--json")
        #expect(run.lines.count == 1)
        let trace = try JSONDecoder().decode(Trace.self, from: Data(run.stdout.utf8))
        #expect(trace.document == "bavo")
        #expect(trace.tokens == [26, 1, 0, 21, 14, 26])
        #expect(trace.positions.map(\.posID) == [0, 1, 2, 3, 4])
        #expect(trace.positions.map(\.token) == ["BOS", "b", "a", "v", "o"])
        #expect(trace.positions.map(\.target) == ["b", "a", "v", "o", "BOS"])

        let golden = try GoldenRun.load("lesson")
        #expect(golden.firstDocs[0] == "bavo")
        expectSame([trace.loss], [golden.losses[0].value], "the loss")
        for row in golden.trace {
            let steps = trace.positions[row.pos].steps
            #expect(steps.allSatisfy { $0.values.count == $0.shape.reduce(1, *) })
            for (name, expected) in [
                ("qH", row.qH), ("attnLogits", row.attnLogits), ("attnWeights", row.attnWeights),
                ("headOut", row.headOut), ("logits", row.logits),
            ] {
                guard let expected else { continue }
                let step = try #require(steps.first { $0.name == name && $0.head == row.head })
                expectSame(step.values, expected.map(\.value), "\(name) at \(row.pos)")
            }
        }
    }

    #if !DEBUG  // ten seconds in debug builds
        @Test func `a trained model, since no checkpoint is named`() throws {
            let run = try Run.lab("trace", "emma")
            #expect(run.stdout == (try Fixture.text("trace-emma.txt")))
            #expect(run.stderr == "")
        }
    #endif

    @Test(arguments: [
        (["trace", "zoé"], "\"zoé\": \"é\" is not in the vocabulary (abcdefghijklmnopqrstuvwxyz)"),
        (["trace", "emma", "--position", "5"], "position 5: \"emma\" has positions 0 to 4"),
        (
            ["trace", "maximilian", "--position", "8"],
            "position 8: \"maximilian\" has positions 0 to 7"
        ),
        (["trace", "emma", "--head", "4"], "head 4: the model has heads 0 to 3"),
        (
            ["attention", "Emma"],
            "\"Emma\": \"E\" is not in the vocabulary (abcdefghijklmnopqrstuvwxyz)"
        ),
        (["attention", "emma", "--svg", "Tests"], "Tests: a folder, not a file"),
        (
            ["attention", "emma", "--svg", "none/emma.svg"],
            "none/emma.svg: there is no folder "
                + "\(Fixture.projectFolder.standardizedFileURL.path)/none; make it first"
        ),
    ])
    func `what cannot be shown`(_ arguments: [String], _ message: String) throws {
        let run = try Run.shell("exec \"$0\" \"$@\" --untrained", arguments)
        #expect(run.stderr == "Error: \(message)\n")
        #expect(run.stdout == "")
        #expect(run.exitCode == 1)
    }

    @Test(arguments: [
        (["trace", ""], "The name is empty; it must have at least one character."),
        (["attention", ""], "The name is empty; it must have at least one character."),
        (
            ["trace", "emma", "--position", "-1"],
            "The value '-1' is invalid for '--position <position>': "
                + "It must be a whole number from 0 to 65535."
        ),
        (
            ["trace", "emma", "--head", "x"],
            "The value 'x' is invalid for '--head <head>': "
                + "It must be a whole number from 0 to 65535."
        ),
        (
            ["trace", "emma", "--json", "--head", "1"],
            "--json has all positions and heads; leave out the other flags."
        ),
        (
            ["trace", "emma", "--untrained", "--load", "a.safetensors"],
            "A checkpoint is trained; use --load or --untrained, not both."
        ),
        (["trace"], "Missing expected argument '<name>'"),
        (["attention", "emma", "olivia"], "Unexpected argument 'olivia'"),
    ])
    func `what cannot be meant`(_ arguments: [String], _ message: String) throws {
        let run = try Run.shell("exec \"$0\" \"$@\"", arguments)
        #expect(run.stderr.hasPrefix("Error: \(message)\n"), "\(run.stderr)")
        #expect(run.stdout == "")
        #expect(run.exitCode == 64)
    }
}

@Suite struct AttentionTests {
    @Test func `maps in the terminal`() throws {
        let run = try Run.lab("attention", "emma", "--untrained")
        #expect(run.stdout == (try Fixture.text("attention-emma-untrained.txt")))
        #expect(run.stderr == "")
        #expect(run.exitCode == 0)
    }

    @Test func `a picture, over one that was there`() throws {
        try withFile(Array("before".utf8), named: "emma.svg") { path in
            let run = try Run.lab("attention", "emma", "--untrained", "--svg", path)
            let drawn = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
            #expect(drawn == (try Fixture.text("attention-emma-untrained.svg")))
            #expect(run.stdout == (try Fixture.text("attention-emma-untrained.txt")))
            #expect(run.exitCode == 0)
        }
    }

    #if !DEBUG  // ten seconds in debug builds
        @Test func `a trained model, since no checkpoint is named`() throws {
            try withFile([], named: "emma.svg") { path in
                let run = try Run.lab("attention", "emma", "--svg", path)
                let drawn = try Data(contentsOf: URL(filePath: path))
                #expect(run.stdout == (try Fixture.text("attention-emma.txt")))
                #expect(
                    String(decoding: drawn, as: UTF8.self)
                        == (try Fixture.text("attention-emma.svg")))
                #expect(run.stderr == "\(path): drawn\n")
            }
        }
    #endif

    @Test func `a disk without room leaves the picture that was there`() throws {
        try withFile(Array("before".utf8), named: "emma.svg") { path in
            let run = try Run.shell(
                """
                trap '' XFSZ; ulimit -f 2
                exec "$0" attention emma --untrained --svg "$1"
                """, [path])
            #expect(run.stderr == "Error: \(path): cannot be written: File too large\n")
            #expect(run.stdout == "")
            #expect(run.exitCode == 1)
            let url = URL(filePath: path)
            #expect(try Data(contentsOf: url) == Data("before".utf8))
            let folder = url.deletingLastPathComponent().path
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["emma.svg"])
        }
    }

    #if os(Linux)
        @Test func `colours on a terminal, unless NO_COLOR or a dumb one`() throws {
            func output(_ environment: String) throws -> String {
                try Run.shell(
                    "\(environment) script -qec '\"'\"$0\"'\" attention emma --untrained' /dev/null"
                ).stdout.replacing("\r\n", with: "\n")
            }
            let plain = try Fixture.text("attention-emma-untrained.txt")
            let colours = try output("env -u NO_COLOR TERM=xterm-256color")
            #expect(colours.contains("\u{1B}[38;5;16;48;5;229m10\u{1B}[0m"))
            #expect(try output("NO_COLOR= TERM=xterm-256color") == colours)
            #expect(try output("NO_COLOR=1 TERM=xterm-256color") == plain)
            #expect(try output("env -u NO_COLOR TERM=dumb") == plain)
        }
    #endif
}
