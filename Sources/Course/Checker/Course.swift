import Foundation
import Inspection
import MicroGPT

/// The lessons of this project, in the folder that the command runs in.
public enum Course {
    /// The paths of all texts that are checked.
    public static func texts() throws -> [String] {
        let files = FileManager.default.enumerator(atPath: "Lessons")?.allObjects as? [String]
        guard let files, FileManager.default.fileExists(atPath: "Package.swift") else {
            throw UserError("there are no Lessons here; run this in the project's folder")
        }
        let lessons = files.filter { $0.hasSuffix(".md") }.sorted().map { "Lessons/\($0)" }
        return ["README.md"] + lessons
    }

    /// What the lessons are compared with: this project, and the command itself. A model that many
    /// look at is trained once.
    ///
    /// - Parameter understands: whether there is such a command.
    public static func world(
        understands: @escaping @Sendable (_ command: String) -> Bool
    ) -> LessonChecker.World {
        .init(
            root: URL(filePath: FileManager.default.currentDirectoryPath), isExact: isExact,
            output: { command in
                let looksAtModel = /lab (trace|attention|sample|complete|embeddings)\b.*/
                if ["microgpt", "lab train"].contains(command) {
                    return try TrainedModel.run.get().output
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
            understands: understands,
            figure: { name in try Figures.all[name]?() },
            session: { line in
                guard lldbRuns else { return nil }
                return try Shell.run(line).stdout
            })
    }

    /// LLDB may not be there, not start, or show things in the way of another version; and what it
    /// shows are the names and lines of a debug build.
    private static let lldbRuns: Bool = {
        guard FileManager.default.isExecutableFile(atPath: ".build/debug/lab"),
            let version = try? Shell.run("lldb --version", seconds: 30).stdout
        else { return false }
        return version.contains("Swift version 6.3")
            && (try? Shell.run("lldb -b -o quit", seconds: 30).exitCode) == 0
    }()

    /// Whether numbers must be the lessons' to the last digit: they were made with the GNU C
    /// library, and others round some results differently.
    private static let isExact: Bool = {
        #if canImport(Glibc)
            return true
        #else
            return false
        #endif
    }()

    /// Takes away what checking has left in temporary folders.
    public static func cleanUp() { TrainedModel.remove() }
}
