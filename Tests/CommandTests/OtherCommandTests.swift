import Foundation
import MicroGPT
import TestSupport
import Testing

@Suite struct TokenizeTests {
    @Test func `ids, with BOS at both ends`() throws {
        let run = try Run.microgpt("tokenize", "emma", "a", "zzz")
        #expect(run.stdout == "emma: 26 4 12 12 0 26\na: 26 0 26\nzzz: 26 25 25 25 26\n")
        #expect(run.stderr == "")
        #expect(run.exitCode == 0)
    }
}

@Suite struct HelpTests {
    static let commands = [
        "train", "sample", "complete", "tokenize", "trace", "attention", "graph", "embeddings",
        "check",
    ]

    @Test(arguments: commands)
    func `each command explains itself with an example, in 80 columns`(_ name: String) throws {
        let run = try Run.microgpt("help", name)
        let lines = run.stdout.components(separatedBy: "\n")
        #expect(lines.contains { $0.hasPrefix("  microgpt \(name) ") })
        #expect(lines.allSatisfy { $0.count <= 80 || $0.hasPrefix("USAGE:") })
        #expect(run.exitCode == 0)
    }

    @Test(arguments: ["zsh", "bash", "fish"])
    func `shells can complete the commands`(_ shell: String) throws {
        let run = try Run.microgpt("--generate-completion-script", shell)
        for name in Self.commands { #expect(run.stdout.contains(name), "\(name)") }
        #expect(run.exitCode == 0)
    }
}

@Suite struct CheckTests {
    /// All parameters of both presets, in release builds; a smaller model in debug builds.
    @Test(arguments: ["lesson", "gist"]) func `every gradient passes`(_ preset: String) throws {
        var arguments = ["check", "--preset", preset]
        #if DEBUG
            arguments += ["--embedding", "4", "--context", "4", "--steps", "5"]
            let counts = [108, 16, 108, 16, 16, 16, 16, 64, 64, 424]
            let start = "loss of \"euterpe\" after 5 steps: 424 gradients"
        #else
            let wpe = preset == "lesson" ? 128 : 256
            let counts = [432, wpe, 432, 256, 256, 256, 256, 1024, 1024, 3936 + wpe]
            let start = "loss of \"henoch\" after 10 steps: \(3936 + wpe) gradients"
        #endif
        let run = try Run.shell("exec \"$0\" \"$@\"", arguments)
        #expect(run.exitCode == 0)
        #expect(run.stderr == "")
        #expect(run.lines.count == 13)
        #expect(
            run.lines.first == start + " from backward() and from central differences")
        #expect(run.lines[1] == "matrix             count  largest difference  relative")
        let rows = run.lines[2..<12].map { $0.split(separator: " ") }
        #expect(
            rows.map { $0[0] } == [
                "wte", "wpe", "lm_head", "layer0.attn_wq", "layer0.attn_wk", "layer0.attn_wv",
                "layer0.attn_wo", "layer0.mlp_fc1", "layer0.mlp_fc2", "all",
            ])
        #expect(rows.map { Int($0[1]) } == counts)
        for row in rows {
            // What the command itself requires; where derivatives are large, so are differences.
            #expect(try #require(Double(row[2])).isFinite)
            #expect(try #require(Double(row[3])) <= 1e-5)
        }
        #expect(run.lines.last == "all agree to a relative 1e-05 or better")
    }
}

@Suite struct ReadmeTests {
    /// The README's blocks of console text: a command each, and what it prints. Blocks that print
    /// nothing show commands only.
    static func blocks() throws -> [[String]] {
        let url = Fixture.projectFolder.appending(path: "README.md")
        let readme = String(decoding: try Data(contentsOf: url), as: UTF8.self)
        #expect(readme.components(separatedBy: "\n").count <= 150)
        return readme.components(separatedBy: "```console\n").dropFirst().map {
            $0.components(separatedBy: "\n```")[0].components(separatedBy: "\n")
        }
    }

    static let command = "$ swift run -c release microgpt"

    @Test func `the training that it shows is the one that is tested`() throws {
        let block = try #require(try Self.blocks().first { $0.first == Self.command })
        let printed = try Fixture.text("microgpt-lesson.txt").components(separatedBy: "\n")
        let parts = block.dropFirst().split(separator: "…")
        #expect(parts.count == 3)
        #expect(printed.starts(with: parts[0]))
        #expect(printed.contains(Array(parts[1])))
        #expect(printed.dropLast().suffix(parts[2].count) == parts[2])
    }

    @Test func `other commands print what it shows, and all of them are understood`() throws {
        let blocks = try Self.blocks()
        #expect(blocks.contains(["$ swift test"]))
        for block in blocks where block.first != Self.command {
            for line in block where line.hasPrefix(Self.command + " ") {
                let arguments = String(line.dropFirst(Self.command.count + 1))
                if block.count > 1 && !block[1].hasPrefix("$") {
                    let run = try Run.shell("\"$0\" \(arguments)")
                    #expect(run.lines == Array(block.dropFirst()))
                } else {
                    let run = try Run.shell("\"$0\" \(arguments) --help")
                    #expect(run.exitCode == 0 && run.stderr == "", "\(line)")
                }
            }
        }
    }

    @Test func `its table of the two versions has the numbers of the presets`() throws {
        let readme = try Fixture.projectText("README.md")
        let (a, b) = (Config.lesson, Config.gist)
        #expect((a.learningRate, a.schedule) == (0.01, .cosine))
        #expect((b.learningRate, b.schedule) == (0.01, .linear))
        #expect((a.activation, b.activation) == (.squaredRelu, .relu))
        #expect(b.initStd == b.outputInitStd && a.outputInitStd == 0)
        func count(_ config: Config) -> String {
            let digits = String(config.paramCount(vocabSize: 27))
            return "\(digits.dropLast(3)),\(digits.suffix(3))"
        }
        for row in [
            "| context (`blockSize`) | \(a.blockSize) | \(b.blockSize) |",
            "| initial parameters | standard deviation \(a.initStd); 0 for `attnWo` and `mlpFc2` "
                + "| \(b.initStd) |",
            "| Adam's β₁ and β₂ | \(a.beta1), \(a.beta2) | \(b.beta1), \(b.beta2) |",
            "| steps | \(a.numSteps) | \(b.numSteps) |",
            "| parameters | \(count(a)) | \(count(b)) |",
            "learn from \(a.numSteps) of the names in `names.txt`, one a step, and then invent "
                + "\(a.numSamples).",
            "compare to a relative \(foreignTolerance == 1e-9 ? "1e-9" : "other").",
        ] {
            #expect(readme.contains(row), "\(row)")
        }
        for config in [a, b] {
            #expect((config.nEmbd, config.nHead, config.nLayer) == (16, 4, 1))
            #expect(config.temperature == 0.5)
        }
        #expect(
            readme.contains("an embedding of 16, 4 heads, 1 layer, and sample at temperature 0.5."))
    }

    @Test func `the single file is as short as it says`() throws {
        let url = Fixture.projectFolder.appending(path: "Sources/MicroGPT/MicroGPT.swift")
        let lines = String(decoding: try Data(contentsOf: url), as: UTF8.self)
            .components(separatedBy: "\n")
        let code = lines.map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty && !$0.hasPrefix("//") }
        #expect(code.count <= 260)
        let readme = try Fixture.projectText("README.md")
        #expect(readme.contains("\n\(code.count) lines of code"))
        #expect(lines.allSatisfy { $0.count <= 100 })
    }
}
