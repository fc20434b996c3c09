import Foundation
import Inspection
import TestSupport
import Testing

@Suite struct BeyondDepthCommandTests {
    static let names = ["depth", "dropout", "positions"]

    @Test(arguments: names)
    func `each idea explains itself with an example, in 80 columns`(_ name: String) throws {
        let run = try Run.lab("help", "beyond", name)
        let lines = run.stdout.components(separatedBy: "\n")
        #expect(lines.contains { $0.hasPrefix("  lab beyond \(name) ") })
        #expect(lines.allSatisfy { $0.count <= 80 || $0.hasPrefix("USAGE:") })
    }

    @Test(arguments: [
        (["depth", "--layers", "0"], "a whole number from 1 to 24"),
        (["dropout", "--rate", "1"], "a number above 0 and below 1"),
        (["dropout", "--few", "20599", "--masks", "2"], "takes 20799"),
        (["positions", "--trained", "17"], "a whole number from 1 to 16"),
        (["positions", "--names", "none.txt"], "none.txt: no such file"),
        (["depth", "--svg", "no/folder.svg"], "no/folder.svg"),
    ])
    func `what cannot work is refused`(_ arguments: [String], _ reason: String) throws {
        let run = try Run.shell("exec \"$0\" beyond \"$@\"", arguments)
        #expect(run.exitCode != 0)
        #expect(run.stderr.contains(reason), "\(run.stderr)")
    }

    @Test func `short trainings are the same each time`() throws {
        // Few names, since the losses of all in the last tenth are measured.
        let names = try readDocuments(Fixture.names).filter { $0.count >= 8 }.prefix(50)
        try withFile(Array(names.joined(separator: "\n").utf8)) { path in
            for arguments in [
                ["depth", "--layers", "1", "--draws", "2", "--steps", "2"],
                ["positions", "--steps", "2", "--trained", "2"],
            ] {
                let all = arguments + ["--names", path]
                let run = try Run.shell("exec \"$0\" beyond \"$@\"", all)
                #expect(run.exitCode == 0 && run.stderr == "")
                #expect(run.stdout.contains("2 steps"))
                #expect(try Run.shell("exec \"$0\" beyond \"$@\"", all).stdout == run.stdout)
            }
        }
    }

    // The whole trainings, which the lessons show. Elsewhere than on Linux with glibc their last
    // bits differ, and after hundreds of steps more than those.
    #if !DEBUG
        @Test(.enabled(if: bitsMustAgree), arguments: names)
        func `the trainings are those of the lessons`(_ name: String) throws {
            let run = try Run.lab("beyond", name)
            #expect(run.stderr == "" && run.exitCode == 0)
            try expectFixture(run.stdout, "beyond-\(name).txt")
        }
    #endif
}
