import Foundation
import TestSupport
import Testing

/// The program as people run it, and its files as people read them.
@Suite struct StageProgramTests {
    static let names = [
        "0-counting", "1-gradients-by-hand", "2-autograd", "3-attention", "4-heads", "5-adam",
    ]

    #if DEBUG  // in which the others take minutes
        static let quick = 0...0
    #else
        static let quick = 0...5
    #endif

    @Test(arguments: quick)
    func `a stage prints what CPython prints for it`(_ stage: Int) throws {
        let run = try Run.program("stage", "\(stage)")
        // The last one is microgpt.py as it was finally published.
        let fixture = stage == 5 ? "microgpt-gist.txt" : "stages/\(Self.names[stage]).txt"
        #expect(run.stdout == (try Fixture.text(fixture)))
        #expect(run.stderr == "" && run.exitCode == 0)
    }

    private let otherNames =
        "emma\r\nolivia\r\n\r\nava\r\n  anna maria \n\u{A0}\n\tzoë\u{2003}\n\u{1C}ana\u{1F}\n"
        + "小明\n小红\r大明\nΩμέγα\n👩‍🚀"

    @Test(arguments: quick)
    func `names in other files and alphabets will do`(_ stage: Int) throws {
        try withFile(Array(otherNames.utf8)) { path in
            let run = try Run.program("stage", "\(stage)", path)
            #expect(run.stderr == "" && run.exitCode == 0)
            #expect(run.lines.starts(with: ["num docs: 11", "vocab size: 25"]))
            #expect(run.lines.count { $0.hasPrefix("sample ") } == 20)
            if stage == 5 {
                #expect(run.stdout == (try Run.program("microgpt", "gist", path).stdout))
            }
        }
    }

    @Test(arguments: [
        ([], "it takes a stage from 0 to 5, and a file of names"),
        (["6"], "not 6; it takes a stage from 0 to 5, and a file of names"),
        (["-1"], "not -1; it takes a stage from 0 to 5, and a file of names"),
        (["adam"], "not adam; it takes a stage from 0 to 5, and a file of names"),
        (["1", "a", "b"], "not 1 a b; it takes a stage from 0 to 5, and a file of names"),
        (["3", "nemo.txt"], "no file of UTF-8 text: nemo.txt in "),
        (["3", "Sources"], "no file of UTF-8 text: Sources in "),
    ])
    func `what it cannot do is one clear line`(_ arguments: [String], _ message: String) throws {
        expectRefusal(try Run.program("stage", arguments), message)
    }

    @Test func `so is a file that is not UTF-8, or has no names`() throws {
        try withFile([0x65, 0xFF, 0x0A]) { path in
            let run = try Run.program("stage", "0", path)
            expectRefusal(run, "no file of UTF-8 text: \(path) in ")
        }
        for blank in ["", " \r\n\u{A0}\n"] {
            try withFile(Array(blank.utf8)) { path in
                let run = try Run.program("stage", "4", path)
                expectRefusal(run, "no names in \(path); it should have one a line")
            }
        }
    }

    private func expectRefusal(
        _ run: Run, _ message: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let lines = run.stderr.components(separatedBy: "\n")
        #expect(lines[0].hasPrefix("stage: \(message)"), sourceLocation: sourceLocation)
        #expect(lines.dropFirst() == [""], sourceLocation: sourceLocation)
        #expect(run.stdout == "" && run.exitCode == 1, sourceLocation: sourceLocation)
    }

    @Test func `a reader that goes away ends it without a word, as it ends microgpt`() throws {
        let folder = Run.command.deletingLastPathComponent().path
        for program in ["stage 0", "microgpt lesson"] {
            let run = try Run.shell(
                "{ \"$1\"/\(program); echo $? >&2; } | head -n 1", [folder])
            #expect(run.stdout == "num docs: 20599\n")
            #expect(run.stderr == "141\n")
        }
    }

    // MARK: - As they are read

    /// The lines of code of a stage, without what they are indented by.
    private func code(of stage: String) throws -> [String] {
        try Fixture.projectText("Lessons/stages/\(stage).swift").components(separatedBy: "\n")
            .map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty && !$0.hasPrefix("//") }
    }

    @Test func `each is short, and has the lines that say what it is and how to run it`() throws {
        for (k, stage) in Self.names.enumerated() {
            #expect(try code(of: stage).count <= 135, "\(stage)")
            let lines = try Fixture.projectText("Lessons/stages/\(stage).swift")
                .components(separatedBy: "\n")
            #expect(lines[0].hasPrefix("// Stage \(k): "))
            #expect(lines.contains("//     swift run -c release stage \(k) [a file of names]"))
        }
    }

    /// New lines of code of each, after the first. What makes them more has made two steps of one.
    @Test func `each differs from the one before by one idea`() throws {
        let bounds = [95, 20, 55, 40, 5]
        for (bound, (a, b)) in zip(bounds, zip(Self.names, Self.names.dropFirst())) {
            let new = try code(of: b).difference(from: code(of: a)).insertions
            #expect(new.count <= bound, "\(b)")
        }
    }
}
