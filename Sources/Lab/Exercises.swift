import ArgumentParser
import Course
import Foundation
import Inspection
import MicroGPT

struct Exercises: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "See which exercises are solved and what is next.",
        discussion: """
            Each exercise of the lessons is a function in a file of its own, in Lessons/exercises. \
            Write it there, and run this again: it tries your code on numbers whose results are \
            known, and its gradients against finite differences.

              lab exercises
              lab exercises 02-05
            """)

    @Argument(
        help: ArgumentHelp(
            "One exercise, or those of a module, by the first digits of the name. (default: all)",
            valueName: "number"))
    var number: String?

    @Flag(help: .hidden)
    var judge = false

    func run() throws {
        let console = Console()
        let chosen = Exercise.all.filter { $0.name.hasPrefix(number ?? "") }
        guard let first = chosen.first else {
            let (from, to) = (Exercise.all[0].name, Exercise.all[Exercise.all.count - 1].name)
            throw UserError(
                "\(number ?? ""): no such exercise; they are \(from) to \(to), and "
                    + "`lab exercises` lists them")
        }
        if judge { return first.judgeHere() }

        var (solved, next): (Int, Exercise?) = (0, nil)
        for exercise in chosen {
            let (verdict, printed) = try exercise.judgeInItsOwnProcess()
            if verdict == .solved { solved += 1 } else { next = next ?? exercise }
            if chosen.count == 1 { for line in printed { try console.print(line) } }
            try console.print("\(verdict.mark) \(exercise.name): \(exercise.task)")
            if case .wrong(let message) = verdict { try console.print("    \(message)") }
        }
        if chosen.count > 1 { try console.print("\(solved) of \(chosen.count) solved.") }
        guard let next else { return }
        try console.print("Next: write \(next.file)")
        if let lesson = next.lesson { try console.print("      after \(lesson)") }
        if chosen.count == 1 { throw ExitCode.failure }
    }
}
