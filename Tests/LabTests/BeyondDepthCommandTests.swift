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
        (["depth", "--names", "none.txt"], "none.txt: no such file"),
        (["positions", "--svg", "no/folder.svg"], "no/folder.svg"),
        (["depth", "--svg", "no/folder.svg"], "no/folder.svg"),
    ])
    func `what cannot work is refused`(_ arguments: [String], _ reason: String) throws {
        let run = try Run.shell("exec \"$0\" beyond \"$@\"", arguments)
        #expect(run.exitCode != 0)
        #expect(run.stderr.contains(reason), "\(run.stderr)")
    }

    // The whole of it, which the lesson shows. Elsewhere than on Linux with glibc its last bits differ.
    #if !DEBUG
        @Test(.enabled(if: bitsMustAgree)) func `gradients at each depth are those of the lesson`()
            throws
        {
            let run = try Run.lab("beyond", "depth")
            #expect(run.stderr == "" && run.exitCode == 0)
            try expectFixture(run.stdout, "beyond-depth.txt")
        }
    #endif
}
