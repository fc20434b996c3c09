// Judges the exercises of the lessons: functions that learners write in files of their own. It tries
// them on numbers whose results are known, and their gradients against finite differences.
import Course
import Foundation
import Inspection
import LessonJudges

let usage = """
    USAGE: exercises [<number>] [--watch | --hint [<n>] | --reset]

    See which exercises are solved and what is next.

      exercises                all of them
      exercises 2              those of a part
      exercises 2-1            those of a lesson
      exercises 3-2-depth      one of them

      exercises --watch        judge each file when you save it, and go on to the next
      exercises 2-1 --hint     the first hint, or with --hint 2 the second
      exercises 2-1 --reset    put the unsolved file back; yours is kept in .exercises
      exercises 2-1 --here     judge in this process, for a debugger

    The exit status is 0 if nothing that was asked for is wrong and, if it was one exercise, it is
    solved; else 1.
    """

/// Judges one exercise or several, and says what is next.
///
/// - Returns: whether nothing that was asked for is wrong or, if it was one, unsolved.
func judge(_ chosen: [Exercise]) throws -> Bool {
    var (solved, next, isRight): (Int, Exercise?, Bool) = (0, nil, true)
    for exercise in chosen {
        let report = try exercise.report(among: Exercise.all, isOneOfMany: chosen.count > 1)
        if chosen.count == 1 { report.printed.forEach { print($0) } }
        exercise.lines(report).forEach { print($0) }
        if case .wrong = report.verdict { isRight = false }
        if report.verdict == .solved { solved += 1 } else { next = next ?? exercise }
    }
    if chosen.count > 1 { print("\(solved) of \(chosen.count) solved.") }
    guard let next else { return true }
    print("Next: write \(next.file)")
    if let lesson = next.lesson { print("      after \(lesson)") }
    return isRight && chosen.count > 1
}

extension Exercise {
    /// Its line in a list, and what is wrong.
    func lines(_ report: Report) -> [String] {
        var title = "\(report.verdict.mark) \(name): \(task)"
        if report.verdicts.count > 1, report.verdicts.contains(where: { $0 != .unsolved }) {
            let parts = zip(functions, report.verdicts).map { "\($1.mark) \($0.key)" }
            title += " (\(parts.joined(separator: ", ")))"
        }
        guard case .wrong(let message) = report.verdict else { return [title] }
        return [title] + message.split(separator: "\n").map { "    \($0)" }
    }

    /// One of its hints, and how to get the next.
    func hint(_ number: Int) throws -> [String] {
        guard hints.indices.contains(number - 1) else {
            throw UserError("\(name) has \(hints.count) hints; they are numbered from 1")
        }
        let more =
            number < hints.count
            ? "one more: exercises \(name) --hint \(number + 1)" : "there are no more"
        return ["\(hints[number - 1])", "(\(number) of \(hints.count); \(more))"]
    }
}

/// Does what the arguments ask for.
///
/// - Returns: the exit status.
func run(_ arguments: [String]) throws -> Int32 {
    if arguments.contains(where: ["help", "--help", "-h"].contains) {
        print(usage)
        return 0
    }
    let options = arguments.filter { $0.hasPrefix("-") }
    let words = arguments.filter { !$0.hasPrefix("-") }
    for unknown in options where !["--watch", "--hint", "--reset", "--here"].contains(unknown) {
        throw UserError("\(unknown): no such option; `exercises --help` lists them")
    }
    guard options.count < 2 else {
        throw UserError("\(options.joined(separator: " ")): give one option only")
    }
    let option = options.first
    let count = words.count == 2 ? Int(words[1]) : nil  // of a hint, or of a function
    guard words.count < 2 || (count != nil && ["--hint", "--here"].contains(option)) else {
        throw UserError("\(words.joined(separator: " ")): give one number, or none for all")
    }
    let number = words.first ?? ""
    let chosen = Exercise.all.filter { $0.name.hasPrefix(number) }
    guard let first = chosen.first else {
        let (from, to) = (Exercise.all[0].name, Exercise.all[Exercise.all.count - 1].name)
        throw UserError(
            "\(number): no such exercise; they are \(from) to \(to), and `exercises` lists them")
    }
    if option != "--here" { Shell.listenForInterruptions() }
    guard let option else { return try judge(chosen) ? 0 : 1 }
    if option == "--watch" {
        var watch = Watch(chosen)
        return try watch.run()
    }
    guard chosen.count == 1 else {
        throw UserError(
            "\(option) needs one exercise, as in `exercises \(first.name) \(option)`")
    }
    switch option {
    case "--hint": try first.hint(count ?? 1).forEach { print($0) }
    case "--reset": print(try first.reset())
    default:
        if let errors = try first.compile(among: Exercise.all) { throw UserError(errors) }
        try first.judgeHere(count ?? 0)
    }
    return 0
}

do {
    for exercise in Exercise.all { try? exercise.keepStub() }
    exit(try run(Array(CommandLine.arguments.dropFirst())))
} catch let interruption as Shell.Interruption {
    exit(128 + interruption.signal)
} catch {
    FileHandle.standardError.write(Data("Error: \(error)\n".utf8))
    exit(1)
}
