import ArgumentParser
import Course
import Foundation
import Inspection
import MicroGPT

struct Lessons: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compare the lessons with the code, or bring them up to date.",
        discussion: """
            Compares what the lessons and the README show with this project: quoted lines, what \
            commands print, tables and numbers, pictures and links; and counts the lines of \
            MicroGPT.swift that no lesson quotes.

              lab lessons --check
              lab lessons --update Lessons/03-architecture/03-softmax.md
            """)

    @Flag(help: "Only compare. (default)")
    var check = false

    @Flag(help: "Write line numbers, outputs, tables, numbers and pictures anew.")
    var update = false

    @Argument(help: ArgumentHelp("Some lessons only. (default: all)", valueName: "files"))
    var files: [String] = []

    func validate() throws {
        if check && update { throw ValidationError("--check and --update exclude each other.") }
    }

    func run() throws {
        defer { Course.cleanUp() }
        let console = Console()
        let checker = LessonChecker(Course.world(understands: Self.understands))
        let paths = files.isEmpty ? try Course.texts() : files
        checker.prepare(paths)
        for path in paths {
            let text = try checker.read(path)
            if try update && text != String(contentsOfFile: path, encoding: .utf8) {
                try writeFile(Data(text.utf8), to: path)
                try console.print("\(path): written anew")
            }
        }
        for (picture, data) in try checker.drawPictures() where update {
            try writeFile(data, to: picture)
            try console.print("\(picture): drawn anew")
        }
        if files.isEmpty { checker.checkThatAllAreShown(in: "Lessons") }

        let single = "Sources/MicroGPT/MicroGPT.swift"
        let coverage = files.isEmpty ? try checker.coverage(of: single) : nil
        let problems = checker.findings.filter { !(update && $0.isMended) }
        for problem in problems { try console.print(problem.description) }
        let sessions =
            "\(checker.sessions) sessions of LLDB"
            + (checker.sessionsNotRun > 0 ? " (\(checker.sessionsNotRun) not run)" : "")
        try console.print(
            "\(paths.count) texts: \(checker.quotations) quotations, \(checker.outputs) commands, "
                + "\(checker.figures) figures, \(checker.pictures) pictures, "
                + "\(checker.links) links, \(sessions)")
        if let coverage {
            try console.print(
                "MicroGPT.swift: \(coverage.quoted) of \(coverage.all) lines of code are quoted "
                    + "(\(coverage.quoted * 100 / coverage.all)%)")
        }
        if !problems.isEmpty { throw ExitCode.failure }
    }

    /// Whether a line of shell is a command of this project.
    private static func understands(_ line: String) -> Bool {
        let words = line.matches(of: /'([^']*)'|"([^"]*)"|([^\s'"]+)/)
            .map { String($0.1 ?? $0.2 ?? $0.3 ?? "") }
            .prefix { !["|", ">", "&&"].contains($0) }
        if words[0] == "microgpt" { return words == ["microgpt"] || words == ["microgpt", "gist"] }
        do {
            _ = try LabCommand.parseAsRoot(Array(words.dropFirst()))
            return true
        } catch {
            return LabCommand.exitCode(for: error).isSuccess
        }
    }
}
