import Course
import LessonFigures
import LessonJudges
import Foundation
import TestSupport
import Testing

@Suite struct ExerciseTests {
    @Test func `every exercise is beside its judge, with a solution and a trial`() throws {
        let folder = Fixture.projectFolder.appending(path: "Lessons").path
        let files = FileManager.default.enumerator(atPath: folder)?.allObjects as? [String] ?? []
        for ending in ["exercise", "judge", "solution", "trials"] {
            let theirs = Exercise.all.map { "\($0.folder)/\($0.name).\(ending).swift" }
            let own = /\d-[^\/]+\/\d-[^\/]+\/.+/
            let there = files.filter {
                $0.hasSuffix(".\(ending).swift") && $0.wholeMatch(of: own) != nil
            }
            #expect(there.map { "Lessons/\($0)" }.sorted() == theirs.sorted())
        }
        for exercise in Exercise.all {
            let trials = try Fixture.projectText("\(exercise.folder)/\(exercise.name).trials.swift")
            let number = exercise.name.prefix { !$0.isLetter }.dropLast()
            #expect(trials.contains("@Test func `\(number) "), "\(exercise.name)")
        }
    }

    @Test func `exercises are in the order of the course, each in its lesson's folder`() {
        let numbers = Exercise.all.map { $0.name.prefix { !$0.isLetter }.dropLast() }
        #expect(numbers == numbers.sorted())
        #expect(Set(Exercise.all.map(\.name)).count == Exercise.all.count)
        for exercise in Exercise.all {
            let folder = exercise.folder.wholeMatch(of: /Lessons\/(\d)-[\w-]+\/(\d)-[\w-]+/)
            #expect(folder.map { exercise.name.hasPrefix("\($0.1)-\($0.2)-") } == true)
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
                    Lessons/Given.exercise.swift Lessons/*/*/*.solution.swift
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

#if os(Linux)
    @Suite struct ShellTests {
        @Test func `a process that has ended leaves no file open`() throws {
            func open() throws -> Int {
                try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
            }
            for _ in 0..<3 { _ = try Shell.run("true") }
            let before = try open()
            for _ in 0..<60 { _ = try Shell.run("true") }
            // Other tests run beside it, and open files of their own.
            #expect(try open() - before < 60)
        }
    }
#endif
