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

    /// Whoever has solved some should not see this test fail.
    @Test(arguments: Exercise.all) func `a stub is unsolved`(_ exercise: Exercise) throws {
        let text = try Fixture.projectText("Lessons/exercises/\(exercise.name).swift")
        if text.contains("throw Unsolved()") { #expect(exercise.verdict() == .unsolved) }
    }
}

@Suite struct ExerciseCommandTests {
    @Test func `the list has all exercises, how many are solved, and what is next`() throws {
        let run = try Run.program("exercises")
        #expect(run.exitCode == 0 && run.stderr == "")
        for exercise in Exercise.all {
            #expect(run.stdout.contains(" \(exercise.name): \(exercise.task)\n"))
            let lesson = try #require(exercise.lesson)
            #expect(try Fixture.projectText(lesson).contains("\(exercise.name).swift"))
        }
        let solved = run.lines.count { $0.hasPrefix("✓") }
        #expect(run.lines.contains("\(solved) of \(Exercise.all.count) solved."))
        let next = run.lines.first { $0.hasPrefix("·") || $0.hasPrefix("✗") }
        let name = next.map { $0.dropFirst(2).prefix { $0 != ":" } }
        #expect(
            name == nil || run.stdout.contains("Next: write Lessons/exercises/\(name ?? "").swift"))
    }

    @Test func `one that is not there is refused`() throws {
        let run = try Run.program("exercises", "99")
        #expect(run.exitCode == 1 && run.stdout == "")
        #expect(run.stderr.hasPrefix("Error: 99: no such exercise; they are 02-01-"))
    }

    /// What a process that judges leaves on standard error, its exit code, and what that means.
    @Test(
        arguments: [
            ("solved\n", 0, .solved),
            ("the learner's own words\nunsolved\n", 0, .unsolved),
            ("wrong: f(1): expected 2, got 3\n", 0, .wrong("f(1): expected 2, got 3")),
            (
                "Swift/Array.swift:1: Fatal error: Index out of range\n\n at /p/Lessons/exercises/a.swift:7:1",
                5,
                .wrong(
                    "it stopped at Lessons/exercises/a.swift:7: "
                        + "Swift/Array.swift:1: Fatal error: Index out of range")
            ),
            ("", 11, .wrong("it stopped: exit code 11")),
            ("", 0, .wrong("it ended the process")),
            ("", nil, .wrong("it did not end within 20 seconds: which loop has no end?")),
        ] as [(String, Int32?, Exercise.Verdict)])
    func `the end of a process is a verdict`(
        _ stderr: String, _ exitCode: Int32?, _ verdict: Exercise.Verdict
    ) {
        #expect(Exercise.verdict(stderr: stderr, exitCode: exitCode) == verdict)
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
