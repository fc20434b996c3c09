import Foundation
import TestSupport
import Testing

@Suite struct BeyondTranslateTests {
    @Test func `it explains itself with an example, in 80 columns`() throws {
        let run = try Run.lab("help", "beyond", "translate")
        #expect(run.lines.contains { $0.hasPrefix("  lab beyond translate ") })
        #expect(run.lines.allSatisfy { $0.count <= 80 || $0.hasPrefix("USAGE:") })
    }

    @Test func `a model in a file translates as the one that was trained`() throws {
        try withFile([], named: "numbers.safetensors") { file in
            let picture = file + ".svg"
            let trained = try Run.lab(
                "beyond", "translate", "Forty-Two", "--steps", "1", "--seed", "2", "--save", file)
            #expect(trained.exitCode == 0 && trained.stderr == "" && trained.lines.count == 1)
            let loaded = try Run.lab(
                "beyond", "translate", "forty two", "--load", file, "--svg", picture)
            #expect(loaded.stdout == trained.stdout && loaded.exitCode == 0)
            let svg = String(decoding: try Data(contentsOf: URL(filePath: picture)), as: UTF8.self)
            #expect(Picture(svg).title == "“forty two”: what the decoder looks at")
            Picture(svg).expectLegible()
        }
    }

    @Test(
        arguments: [
            (["fourty two"], "Error: \"fourty\" is no word of the numbers from one to one hundred"),
            ([""], "Error: there is no word to translate"),
            (["one", "--load", "none.safetensors"], "Error: none.safetensors: no such file"),
            (["one", "--load", "names.txt"], "Error: names.txt: its header should have"),
            (["one", "--load", "a", "--seed", "1"], "Error: --load takes a trained model"),
            (["--svg", "a.svg"], "Error: --svg needs a text"),
            (["one", "--save", "/none/a"], "Error: /none/a: there is no folder"),
        ])
    func `mistakes are refused before any training`(_ arguments: [String], _ error: String) throws {
        let line = "exec \"$0\" beyond translate \"$@\""
        let run = try Run.shell(line, arguments)
        #expect(run.exitCode != 0 && run.stdout == "")
        #expect(run.stderr.hasPrefix(error), "\(run.stderr)")
    }
}
