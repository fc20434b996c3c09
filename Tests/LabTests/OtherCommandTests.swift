import Foundation
import Inspection
import MicroGPT
import TestSupport
import Testing

@Suite struct TokenizeTests {
    @Test func `ids, with BOS at both ends`() throws {
        let run = try Run.lab("tokenize", "emma", "a", "zzz")
        #expect(run.stdout == "emma: 26 4 12 12 0 26\na: 26 0 26\nzzz: 26 25 25 25 26\n")
        #expect(run.stderr == "")
        #expect(run.exitCode == 0)
    }
}

@Suite struct HelpTests {
    static let commands = [
        "train", "sample", "complete", "tokenize", "trace", "attention", "graph", "embeddings",
        "check", "bench", "figure", "lessons", "site",
    ]

    @Test(arguments: commands)
    func `each command explains itself with an example, in 80 columns`(_ name: String) throws {
        let run = try Run.lab("help", name)
        let lines = run.stdout.components(separatedBy: "\n")
        #expect(lines.contains { $0.hasPrefix("  lab \(name) ") })
        #expect(lines.allSatisfy { $0.count <= 80 || $0.hasPrefix("USAGE:") })
        #expect(run.exitCode == 0)
    }

    @Test(arguments: ["zsh", "bash", "fish"])
    func `shells can complete the commands, kinds of files and figures`(_ shell: String) throws {
        let run = try Run.lab("--generate-completion-script", shell)
        let others = ["txt", "safetensors", "svg", "md", "presets"]
        for name in Self.commands + others { #expect(run.stdout.contains(name), "\(name)") }
        #expect(run.exitCode == 0)
    }

    @Test func `it says its version, and helps with help`() throws {
        let version = try Run.lab("--version")
        #expect(version.stdout.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil && version.exitCode == 0)
        #expect(try Run.lab("help", "help").stdout.hasPrefix("OVERVIEW: "))
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
