import Course
import LessonFigures
import LessonJudges
import Foundation
import TestSupport
import Testing

/// An exercise with its solution and with a mistake that learners make.
struct Trial: CustomTestStringConvertible {
    let name: String
    let solution: @Sendable () throws -> Void
    let mistake: @Sendable () throws -> Void
    /// What the learner is told about the mistake, or how that begins.
    let message: String

    init(
        _ name: String, solution: @escaping @Sendable () throws -> Void,
        wrong mistake: @escaping @Sendable () throws -> Void, says message: String
    ) {
        (self.name, self.solution, self.mistake) = (name, solution, mistake)
        self.message = message
    }

    var testDescription: String { name }

    static let all =
        autograd + backward + architecture + attention + training + optimization + inference
        + debugging + efficiency + beyondHeadsAndNorms + beyondDepth + beyondFeedForward
        + beyondTranslation + beyondAssistant + beyondScale
}

@Suite struct ExerciseTests {
    @Test func `every exercise has a trial, a stub and a solution`() throws {
        let names = Exercise.all.map(\.name)
        #expect(names == names.sorted() && Set(names).count == names.count)
        #expect(Trial.all.map(\.name) == names)
        for folder in ["Lessons/exercises", "Lessons/solutions"] {
            let url = Fixture.projectFolder.appending(path: folder)
            let files = try FileManager.default.contentsOfDirectory(atPath: url.path)
            #expect(files.filter { $0 != "Given.swift" }.sorted() == names.map { "\($0).swift" })
        }
    }

    /// The calls are text, which the compiler sees only when a learner's file is judged.
    @Test func `the judges are called with the functions that the exercises ask for`() throws {
        let modules = Run.command.deletingLastPathComponent().appending(path: "Modules").path
        let calls = Exercise.all.flatMap(\.calls).joined(separator: "\n    ")
        let text = "import Course\nimport LessonJudges\nfunc judgeAll() throws {\n    \(calls)\n}\n"
        try withFile(Array(text.utf8), named: "calls.swift") { path in
            let run = try Run.shell(
                """
                exec swiftc -typecheck -wmo -swift-version 6 -module-name Exercises -I "$1" "$2" \
                    Lessons/exercises/Given.swift Lessons/solutions/*.swift
                """, [modules, path])
            #expect(run.exitCode == 0, "\(run.stderr)")
        }
    }
}

@Suite struct FigureCommandTests {
    @Test func `a figure is printed, and listed`() throws {
        #expect(try Run.lab("figure", "numSteps").stdout == "500\n")
        let list = try Run.lab("figure").lines
        #expect(
            list.contains("presets") && list.count == Figures.all.count + Figures.pictures.count)
    }

    @Test func `a figure that is not there is refused, and a picture of a table`() throws {
        let none = try Run.lab("figure", "none")
        #expect(none.exitCode == 1)
        #expect(none.stderr == "Error: none: no such figure; `lab figure` lists them\n")
        let table = try Run.lab("figure", "presets", "--svg", "presets.svg")
        #expect(table.exitCode == 1)
        #expect(table.stderr == "Error: presets: a table, not a picture\n")
    }

    @Test func `lessons that are not there, or not here, are refused`() throws {
        let none = try Run.lab("lessons", "Lessons/none.md")
        #expect(none.exitCode == 1)
        #expect(none.stderr.hasPrefix("Error: Lessons/none.md: no such lesson here"))
        let elsewhere = try Run.shell("cd / && \"$0\" lessons")
        #expect(elsewhere.exitCode == 1)
        #expect(elsewhere.stderr.hasPrefix("Error: there are no Lessons here; run this in"))
    }
}
