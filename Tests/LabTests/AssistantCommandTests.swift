import Foundation
import TestSupport
import Testing

@Suite struct AssistantCommandTests {
    @Test func `it explains itself with an example, in 80 columns`() throws {
        let run = try Run.lab("beyond", "assistant", "--help")
        let lines = run.stdout.components(separatedBy: "\n")
        #expect(lines.contains("  lab beyond assistant"))
        #expect(lines.allSatisfy { $0.count <= 80 || $0.hasPrefix("USAGE:") })
        #expect(run.exitCode == 0)
    }

    @Test func `a penalty that is none is refused`() throws {
        let run = try Run.lab("beyond", "assistant", "--kl-penalty", "much")
        #expect(run.stdout == "")
        #expect(run.stderr.contains("It must be 0 or a number above 0."))
        #expect(run.exitCode == 64)
    }

    @Test func `a file that is not there is refused`() throws {
        let run = try Run.lab("beyond", "assistant", "--names", "nothing.txt")
        #expect(run.stdout == "")
        #expect(run.stderr.hasPrefix("Error: nothing.txt: no such file in "))
        #expect(run.exitCode != 0)
    }

    /// The rows of a run's table: the numbers of each model, by the name of the column.
    private func table(_ text: String) -> [String: [String: Double]] {
        let columns = ["obeyed", "distinct", "taste", "reward", "kl"]
        let rows = text.components(separatedBy: "\n\n").last?.split(separator: "\n").dropFirst()
        return (rows ?? []).reduce(into: [:]) { table, row in
            let name = row.prefix(18).trimmingCharacters(in: .whitespaces)
            let cells = row.dropFirst(18).split(separator: " ").prefix(columns.count)
            table[name] = Dictionary(
                uniqueKeysWithValues: zip(columns, cells).map { column, cell in
                    (column, Double(cell.replacing("%", with: "")) ?? .nan)
                })
        }
    }

    /// What the lesson says of a run, and some room.
    private func expectAnAssistant(_ text: String) throws {
        let accuracy = try #require(text.firstMatch(of: /right about ([\d.]+)%/)?.1)
        #expect(try #require(Double(accuracy)) >= 90)
        let table = table(text)
        let pretrained = try #require(table["pre-trained"])
        let fineTuned = try #require(table["fine-tuned"])
        let (strict, mild, free) = (
            try #require(table["PPO, penalty 3"]), try #require(table["PPO, penalty 1"]),
            try #require(table["PPO, penalty 0"])
        )
        func number(_ row: [String: Double], _ column: String) -> Double { row[column] ?? .nan }
        #expect(number(pretrained, "obeyed") <= 5)
        #expect(number(fineTuned, "obeyed") >= 95)
        #expect(number(fineTuned, "kl") == 0)
        #expect(number(strict, "obeyed") >= 95)
        #expect(number(strict, "distinct") >= 95)
        #expect(number(strict, "kl") < 2)
        #expect(number(strict, "reward") >= 1)
        #expect(number(strict, "taste") >= number(fineTuned, "taste") + 0.05)
        #expect(number(mild, "reward") > number(strict, "reward"))
        #expect(number(mild, "kl") > number(strict, "kl"))
        #expect(number(free, "reward") > number(mild, "reward"))
        #expect(number(free, "kl") > 10)
        #expect(number(free, "taste") < 0.1)
        #expect(number(free, "distinct") < 80)
        #expect(number(free, "obeyed") < 80)
    }

    @Test func `the run that the lesson shows is an assistant's`() throws {
        try expectAnAssistant(Fixture.text("assistant.txt"))
    }

    #if !DEBUG
        @Test func `a run is an assistant's, and the lesson's to the bit`() throws {
            let run = try Run.lab("beyond", "assistant")
            #expect(run.stderr == "")
            #expect(run.exitCode == 0)
            try expectAnAssistant(run.stdout)
            if bitsMustAgree { try expectFixture(run.stdout, "assistant.txt") }
        }
    #endif
}
