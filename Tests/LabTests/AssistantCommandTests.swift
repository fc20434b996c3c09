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

    #if !DEBUG
        @Test func `a run ends with a table of all models`() throws {
            let run = try Run.lab(
                "beyond", "assistant", "--rounds", "20", "--kl-penalty", "3", "0")
            #expect(run.stderr == "")
            #expect(run.exitCode == 0)
            let rows = run.stdout.components(separatedBy: "\n\n").last?.split(separator: "\n") ?? []
            // Obedience to seen and to new requests, different answers, taste, reward and KL.
            let table = rows.dropFirst().reduce(into: [String: [Double]]()) { table, row in
                let cells = row.dropFirst(22).split(separator: " ").prefix(6)
                table[row.prefix(22).trimmingCharacters(in: .whitespaces)] = cells.map {
                    Double($0.replacing("%", with: "")) ?? .nan
                }
            }
            #expect(
                Set(table.keys) == [
                    "pre-trained", "fine-tuned", "best of 20", "PPO with penalty 3",
                    "DPO with penalty 3",
                    "PPO with penalty 0",
                ])
            #expect(table.values.allSatisfy { $0.count == 6 && $0.allSatisfy(\.isFinite) })
            let (pretrained, fineTuned, free) = (
                try #require(table["pre-trained"]), try #require(table["fine-tuned"]),
                try #require(table["PPO with penalty 0"])
            )
            #expect(pretrained[0] < 5)
            #expect(fineTuned[0] > 90 && fineTuned[4] == 0 && fineTuned[5] == 0)
            #expect(free[4] > 5 && free[5] > 5)
        }
    #endif
}
