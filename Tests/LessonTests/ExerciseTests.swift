import Course
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
        + debugging
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

    @Test(arguments: Trial.all) func `the solution is right`(_ trial: Trial) {
        #expect(Exercise.verdict(trial.solution) == .solved)
    }

    @Test(arguments: Trial.all) func `a mistake is found, and said where`(_ trial: Trial) {
        guard case .wrong(let message) = Exercise.verdict(trial.mistake) else {
            Issue.record("not found")
            return
        }
        #expect(message.hasPrefix(trial.message), "\(message)")
    }

    /// Whoever has solved some should not see this test fail.
    @Test(arguments: Exercise.all) func `a stub is unsolved`(_ exercise: Exercise) throws {
        let text = try Fixture.projectText("Lessons/exercises/\(exercise.name).swift")
        if text.contains("throw Unsolved()") { #expect(exercise.verdict() == .unsolved) }
    }
}
