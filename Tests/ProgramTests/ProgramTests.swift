import Foundation
import TestSupport
import Testing

/// The program as people run it: what it prints, and what it says of what it cannot do.
@Suite struct ProgramTests {
    @Test func `it prints what microgpt.py prints, and nothing else`() throws {
        let run = try Run.program("microgpt")
        #expect(run.stdout == (try Fixture.text("microgpt-lesson.txt")))
        #expect(run.stderr == "" && run.exitCode == 0)
    }

    /// On lists that no fixture has; `lab train` is another reader of files and another engine.
    @Test(arguments: [
        "emma\r\nolivia\r\n\r\nava\r\n  anna maria \n\u{A0}\n\tzoë\u{2003}\n\u{1C}ana\u{1F}\n"
            + "小明\n小红\r大明\nΩμέγα\n👩‍🚀", "a",
    ])
    func `names in other files and alphabets, as lab train has them`(_ text: String) throws {
        try withFile(Array(text.utf8)) { path in
            let run = try Run.program("microgpt", "lesson", path)
            #expect(run.stdout == (try Run.lab("train", "--names", path).stdout))
            #expect(run.lines.count == 3 + 500 + 1 + 20)
            #expect(run.stderr == "" && run.exitCode == 0)
        }
    }

    @Test(arguments: [
        (["train"], "not train; it takes lesson or gist, and a file of names"),
        (["gist", "a", "b"], "not gist a b; it takes lesson or gist, and a file of names"),
        (["gist", "nemo.txt"], "no file of UTF-8 text: nemo.txt in "),
        (["lesson", "Sources"], "no file of UTF-8 text: Sources in "),
    ])
    func `what it cannot do is one clear line`(_ arguments: [String], _ message: String) throws {
        expectRefusal(try Run.program("microgpt", arguments), message)
    }

    @Test func `so is a file that is not UTF-8, or has no names`() throws {
        try withFile([0x65, 0xFF, 0x0A]) { path in
            let run = try Run.program("microgpt", "lesson", path)
            expectRefusal(run, "no file of UTF-8 text: \(path) in ")
        }
        try withFile(Array(" \r\n\u{A0}\n".utf8)) { path in
            let run = try Run.program("microgpt", "gist", path)
            expectRefusal(run, "no names in \(path); it should have one a line")
        }
    }

    private func expectRefusal(
        _ run: Run, _ message: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let lines = run.stderr.components(separatedBy: "\n")
        #expect(lines[0].hasPrefix("microgpt: \(message)"), sourceLocation: sourceLocation)
        #expect(lines.dropFirst() == [""], sourceLocation: sourceLocation)
        #expect(run.stdout == "" && run.exitCode == 1, sourceLocation: sourceLocation)
    }
}
