import ArgumentParser
import Course
import Foundation
import Inspection
import LessonFigures
import MicroGPT

struct Lessons: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compare the lessons with the code, or bring them up to date.",
        discussion: """
            Compares what the lessons and the README show with this project: quoted lines, what \
            commands print, tables and numbers, pictures and links; and counts the lines of \
            MicroGPT.swift and of the stages that no lesson quotes.

              lab lessons --check
              lab lessons --update Lessons/2-slopes/4-logits-and-softmax/lesson.md
            """)

    @Flag(help: "Only compare. (default)")
    var check = false

    @Flag(help: "Write line numbers, outputs, tables, numbers and pictures anew.")
    var update = false

    @Flag(help: "Print what the cores of the lessons measure.")
    var measure = false

    @Argument(
        help: ArgumentHelp("Some lessons only. (default: all)", valueName: "files"),
        completion: .file(extensions: ["md"]))
    var files: [String] = []

    func validate() throws {
        if [check, update, measure].count(where: \.self) > 1 {
            throw ValidationError("--check, --update and --measure exclude each other.")
        }
    }

    func run() throws {
        defer { TrainedModel.remove() }
        let console = Console()
        if measure {
            let cores = try LessonChecker.cores().map(\.core)
            for line in Core.table(of: cores) { try console.print(line) }
            for part in Set(cores.map(\.part)).sorted() {
                let words = cores.filter { $0.part == part }.reduce(0) { $0 + $1.words }
                try console.print("part \(part): \(words) words")
            }
            return
        }
        let checker = LessonChecker(Self.world)
        let paths = files.isEmpty ? try LessonChecker.texts() : files
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

        let whole = files.isEmpty ? try LessonChecker.quotedWhole() : []
        let coverages = try whole.map { ($0, try checker.coverage(of: $0)) }
        let problems = checker.findings.filter { !(update && $0.isMended) }
        for problem in problems { try console.print(problem.description) }
        let sessions =
            "\(checker.sessions) sessions of LLDB"
            + (checker.sessionsNotRun > 0 ? " (\(checker.sessionsNotRun) not run)" : "")
        try console.print(
            "\(paths.count) texts: \(checker.quotations) quotations, \(checker.outputs) commands"
                + (checker.outputsNotRun > 0 ? " (\(checker.outputsNotRun) not run), " : ", ")
                + "\(checker.runs) blocks of code, \(checker.figures) figures, \(checker.pictures) pictures, "
                + "\(checker.links) links, \(sessions)")
        for (file, coverage) in coverages {
            try console.print(
                "\(URL(filePath: file).lastPathComponent): \(coverage.quoted) of \(coverage.all) "
                    + "lines of code are quoted (\(coverage.quoted * 100 / coverage.all)%)")
        }
        if !problems.isEmpty { throw ExitCode.failure }
    }
}

extension Lessons {
    /// What the lessons are compared with: this project, and the command itself. A model that many
    /// look at is trained once.
    private static var world: LessonChecker.World {
        .init(
            root: URL(filePath: FileManager.default.currentDirectoryPath), isExact: isExact,
            output: { command in
                let looksAtModel = /lab (trace|attention|sample|complete|embeddings)\b.*/
                if ["microgpt", "lab train"].contains(command) {
                    return try TrainedModel.run.get().output
                }
                #if DEBUG  // where they take minutes; release builds compare them
                    if command.wholeMatch(of: /stage [1-5]/) != nil { return nil }
                #endif
                if command.contains(" --load longer.safetensors") {
                    return try Shell.output(
                        of: command.replacing("longer.safetensors", with: TrainedModel.longer))
                }
                // In this process, where other lessons may have computed what is drawn.
                if let match = command.wholeMatch(of: /lab figure (\w+) --svg '(.+)'/),
                    let picture = Figures.pictures[String(match.1)]
                {
                    try picture().write(to: String(match.2))
                    return ""
                }
                if command.wholeMatch(of: looksAtModel) != nil,
                    !["--load", "--untrained", "--help"].contains(where: command.contains)
                {
                    let checkpoint = try TrainedModel.run.get().checkpoint
                    return try Shell.output(of: "\(command) --load '\(checkpoint)'")
                }
                return try Shell.output(of: command)
            },
            understands: { understands($0) },
            figure: { name in try Figures.all[name]?() },
            session: { line in
                guard Shell.lldbRuns else { return nil }
                return try Shell.run(line).stdout
            },
            run: { lesson in
                try lesson.run(
                    root: URL(filePath: FileManager.default.currentDirectoryPath),
                    products: URL(filePath: Shell.command).deletingLastPathComponent())
            })
    }

    /// Whether numbers must be the lessons' to the last digit: they were made with the GNU C
    /// library, and others round some results differently.
    private static let isExact: Bool = {
        #if canImport(Glibc)
            return true
        #else
            return false
        #endif
    }()

    /// Whether a line of shell is a command of this project.
    private static func understands(_ line: String) -> Bool {
        let words = line.matches(of: /'([^']*)'|"([^"]*)"|([^\s'"]+)/)
            .map { String($0.1 ?? $0.2 ?? $0.3 ?? "") }
            .prefix { !["|", ">", "&&"].contains($0) }
        if words[0] == "microgpt" {
            return words.count <= 3 && [nil, "lesson", "gist"].contains(words.dropFirst().first)
        }
        if words[0] == "stage" {
            return (2...3).contains(words.count) && ("0"..."5").contains(words[1])
        }
        do {
            let arguments = Array(words.dropFirst())
            try LabCommand.expectSubcommands(arguments)
            _ = try LabCommand.parseAsRoot(arguments)
            return true
        } catch {
            return LabCommand.exitCode(for: error).isSuccess
        }
    }
}
