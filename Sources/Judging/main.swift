// Judges the exercises of the lessons: functions that learners write in files of their own, in
// Lessons/exercises. It tries them on numbers whose results are known, and their gradients against
// finite differences.
import Course
import Foundation
import LessonJudges

let usage = """
    USAGE: exercises [<number>]

    See which exercises are solved and what is next.

      exercises            all of them
      exercises 02         those of a module
      exercises 02-05      one of them
    """

/// Judges one exercise or several, and says what is next.
///
/// - Returns: whether nothing that was asked for is wrong or, if it was one, unsolved.
func judge(_ chosen: [Exercise]) throws -> Bool {
    var (solved, next, isRight): (Int, Exercise?, Bool) = (0, nil, true)
    for exercise in chosen {
        let (verdict, printed) = try exercise.judgeInItsOwnProcess()
        if verdict == .solved { solved += 1 } else { next = next ?? exercise }
        if chosen.count == 1 { for line in printed { print(line) } }
        print("\(verdict.mark) \(exercise.name): \(exercise.task)")
        if case .wrong(let message) = verdict {
            print("    \(message)")
            isRight = false
        }
    }
    if chosen.count > 1 { print("\(solved) of \(chosen.count) solved.") }
    guard let next else { return true }
    print("Next: write \(next.file)")
    if let lesson = next.lesson { print("      after \(lesson)") }
    return isRight && chosen.count > 1
}

func complain(_ message: String) -> Never {
    FileHandle.standardError.write(Data("Error: \(message)\n".utf8))
    exit(1)
}

var arguments = Array(CommandLine.arguments.dropFirst())
if arguments.contains(where: ["help", "--help", "-h"].contains) {
    print(usage)
    exit(0)
}
let judgesHere = arguments.last == "--judge"  // in a process that the learner's code may end
if judgesHere { arguments.removeLast() }
let number = arguments.first ?? ""
let chosen = Exercise.all.filter { $0.name.hasPrefix(number) }
guard let first = chosen.first, arguments.count < 2 else {
    let (from, to) = (Exercise.all[0].name, Exercise.all[Exercise.all.count - 1].name)
    complain(
        "\(arguments.joined(separator: " ")): no such exercise; they are \(from) to \(to), and "
            + "`exercises` lists them")
}
if judgesHere {
    first.judgeHere()
} else {
    do {
        if try !judge(chosen) { exit(1) }
    } catch {
        complain("\(error)")
    }
}
