import Foundation
import Inspection
import TestSupport
import Testing

/// `lab train --validate`.
@Suite struct ValidateTests {
    /// So few that a debug build measures them in no time, and of so few letters that all of them are in
    /// the names that are not held out, too.
    private func withNames<R>(_ body: (_ path: String, _ documents: [String]) throws -> R) throws
        -> R
    {
        let names = try readDocuments("names.txt") { _ in }
        let documents = Array(names.filter { $0.allSatisfy("aeilmnrs".contains) }.prefix(200))
        return try withFile(Array(documents.joined(separator: "\n").utf8)) { path in
            try body(path, documents)
        }
    }

    @Test func `a tenth is held out, and the others are trained on as if it were not there`() throws
    {
        try withNames { path, documents in
            let (names, heldOut) = splitHeldOut(documents)
            #expect(heldOut.count > 10)
            let run = try Run.lab(
                "train", "--validate", "--names", path, "--steps", "4", "--samples", "1")
            #expect(run.exitCode == 0 && run.stderr == "")
            #expect(run.lines[0] == "num docs: \(documents.count - heldOut.count)")
            let after = run.lines.filter { $0.hasPrefix("after") }
            #expect(after.count == 4)
            let losses = /^after    4 steps \| training \d\.\d+ \| held out \d\.\d+$/
            #expect(after[3].firstMatch(of: losses) != nil)
            let alone = try withFile(Array(names.joined(separator: "\n").utf8)) { path in
                try Run.lab("train", "--names", path, "--steps", "4", "--samples", "1")
            }
            #expect(run.lines.filter { !$0.hasPrefix("after") } == alone.lines)
        }
    }

    @Test func `a training goes on with what it was trained on`() throws {
        try withNames { names, _ in
            try withFile([], named: "m.safetensors") { path in
                let whole = try Run.lab(
                    "train", "--validate", "--names", names, "--steps", "4", "--samples", "1")
                let first = try Run.lab(
                    "train", "--validate", "--names", names, "--steps", "4", "--samples", "1",
                    "--save", path, "--stop-after", "2")
                #expect(first.exitCode == 0)
                let forgotten = try Run.lab("train", "--names", names, "--resume", path)
                #expect(forgotten.exitCode == 1)
                #expect(
                    forgotten.stderr.contains("was trained with --validate, and goes on like that"))
                let rest = try Run.lab("train", "--names", names, "--resume", path, "--validate")
                #expect(first.lines + rest.lines == whole.lines)
            }
        }
    }

    @Test func `what cannot be held out is said`() throws {
        let few = try withFile(Array("emma\n".utf8)) { path in
            try Run.lab("train", "--validate", "--names", path)
        }
        #expect(few.exitCode == 1 && few.stderr.contains("--validate needs more of them"))
        let one = try Run.lab("train", "--validate", "--name", "emma")
        #expect(one.exitCode == 64)
    }
}
