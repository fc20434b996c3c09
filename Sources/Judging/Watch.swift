import Course
import Foundation
import Inspection
import LessonJudges

/// Judges a file as soon as it is saved, and goes on to the next when it is solved.
struct Watch {
    private let exercises: [Exercise]
    private var reports: [String: Exercise.Report] = [:]
    /// Which one is on the screen.
    private var current: Int
    private var hints = 0
    /// What has just happened, above all else.
    private var news = ""

    init(_ exercises: [Exercise]) {
        (self.exercises, current) = (exercises, 0)
    }

    /// - Returns: the exit status, 0 if the learner has quit or all is solved.
    mutating func run() throws -> Int32 {
        guard let terminal = Terminal() else {
            throw UserError("--watch needs a terminal; without one, `exercises` judges once")
        }
        defer { terminal.restore() }
        var saved = exercises.map(Self.saved)
        for (i, exercise) in exercises.enumerated() {
            terminal.show(["judging \(i + 1) of \(exercises.count) …"])
            reports[exercise.name] = try exercise.report(among: Exercise.all, isOneOfMany: true)
        }
        goOn(from: 0)
        while true {
            if exercises.allSatisfy(isSolved) { news += "\nAll \(exercises.count) are solved." }
            terminal.show(screen())
            if exercises.allSatisfy(isSolved) { return 0 }
            var key: Character?
            var changed: Int?
            while key == nil && changed == nil {
                key = try terminal.key()
                let now = exercises.map(Self.saved)
                changed = now.indices.first { now[$0] != saved[$0] }
                if let changed { saved[changed] = now[changed] }
            }
            if let changed { try judge(changed, terminal) }
            switch key {
            case "q": return 0
            case "h": hints = min(hints + 1, exercises[current].hints.count)
            case "n":
                goOn(from: current + 1)
                news = ""
            default: break
            }
        }
    }

    /// When a file was last written, and how much.
    private static func saved(_ exercise: Exercise) -> [Double] {
        let attributes = try? FileManager.default.attributesOfItem(atPath: exercise.file)
        let date = attributes?[.modificationDate] as? Date
        let size = attributes?[.size] as? Int
        return [date?.timeIntervalSince1970 ?? 0, Double(size ?? 0)]
    }

    private func isSolved(_ exercise: Exercise) -> Bool {
        reports[exercise.name]?.verdict == .solved
    }

    private mutating func judge(_ changed: Int, _ terminal: Terminal) throws {
        let exercise = exercises[changed]
        if changed != current { (current, hints) = (changed, 0) }
        terminal.show(["judging \(exercise.file) …"])
        let report: Exercise.Report
        do {
            report = try exercise.report(among: Exercise.all)
        } catch let interruption as Shell.Interruption {
            throw interruption
        } catch {
            return  // an editor has taken the file away for a moment; the next save brings it back
        }
        reports[exercise.name] = report
        news = (report.printed + exercise.lines(report)).joined(separator: "\n")
        if report.verdict == .solved { goOn(from: changed) }
    }

    /// Goes to the first one from here on that is not solved, or else to the first of all.
    private mutating func goOn(from start: Int) {
        let order = exercises.indices.map { ($0 + start) % exercises.count }
        current = order.first { !isSolved(exercises[$0]) } ?? current
        hints = 0
    }

    /// What is written above the functions, a paragraph on a line.
    private static func task(_ text: String) -> [String] {
        var lines = [""]
        for line in text.split(separator: "\n") {
            guard line.hasPrefix("///") else {
                if lines.last != "" { lines.append("") }
                continue
            }
            let words = line.dropFirst(4)
            let goesOn = lines.last != "" && words.first.map { !"- |".contains($0) } ?? false
            lines =
                goesOn
                ? lines.dropLast() + ["\(lines.last ?? "") \(words)"] : lines + [String(words)]
        }
        return Array(lines.drop { $0.isEmpty }.reversed().drop { $0.isEmpty }.reversed())
    }

    /// Progress, the exercise, and what was found.
    private func screen() -> [String] {
        let exercise = exercises[current]
        var lines = ["\(exercises.count(where: isSolved)) of \(exercises.count)"]
        let parts = Dictionary(grouping: exercises) { $0.folder.split(separator: "/")[1] }
        for (title, members) in parts.sorted(by: { $0.key < $1.key }) {
            let bar = members.map { isSolved($0) ? "█" : "░" }.joined()
            lines.append("\(bar)\(String(repeating: " ", count: max(1, 12 - bar.count)))\(title)")
        }
        lines += ["", exercise.file] + (exercise.lesson.map { ["after \($0)"] } ?? []) + [""]
        lines += Self.task((try? exercise.text()) ?? "") + [""]
        lines += exercise.hints.prefix(hints).enumerated().map { "Hint \($0 + 1): \($1)" }
        if !news.isEmpty { lines += news.split(separator: "\n").map(String.init) + [""] }
        let more = hints < exercise.hints.count ? "h: a hint   " : ""
        lines.append("\(more)n: another one   q: quit   (waiting until you save a file)")
        return lines
    }
}

/// The terminal while it is watched: keys come at once, and are not shown.
private struct Terminal {
    private let before: termios

    /// - Returns: nil if there is none.
    init?() {
        var mode = termios()
        guard isatty(STDOUT_FILENO) == 1, tcgetattr(STDIN_FILENO, &mode) == 0 else { return nil }
        before = mode
        takeKeys()
        signal(SIGCONT) { _ in }  // so that waiting ends, as after control-Z and `fg`
    }

    private func takeKeys() {
        var mode = before
        mode.c_lflag &= ~tcflag_t(ICANON | ECHO)
        tcsetattr(STDIN_FILENO, TCSANOW, &mode)
    }

    /// The terminal as it was.
    func restore() {
        var mode = before
        tcsetattr(STDIN_FILENO, TCSANOW, &mode)
    }

    /// Lines in place of all that is there.
    func show(_ lines: [String]) {
        var size = winsize()
        let isKnown = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        let width = isKnown ? Int(size.ws_col) : 80
        let text = lines.map { $0.wrapped(width) }.joined(separator: "\n").harmless(keeping: "\n")
        print("\u{1B}[2J\u{1B}[H\(text)")
        fflush(nil)
    }

    /// The key that is pressed within 0.1 seconds.
    ///
    /// - Throws: `Shell.Interruption` if the program is to end.
    func key() throws -> Character? {
        var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        let count = poll(&input, 1, 100)
        if let interruption = Shell.interruption { throw interruption }
        if count < 0 { takeKeys() }
        var byte: UInt8 = 0
        guard count > 0 else { return nil }
        return read(STDIN_FILENO, &byte, 1) == 1 ? Character(Unicode.Scalar(byte)) : "q"
    }
}

extension String {
    /// Broken between words, as far in as the first line.
    fileprivate func wrapped(_ width: Int) -> String {
        guard count > width else { return self }
        let indent = String(prefix { $0 == " " })
        var lines = [""]
        for word in dropFirst(indent.count).split(separator: " ", omittingEmptySubsequences: false)
        {
            let last = lines[lines.count - 1]
            if !last.isEmpty, indent.count + last.count + 1 + word.count > width {
                lines.append(String(word))
            } else {
                lines[lines.count - 1] = last.isEmpty ? String(word) : "\(last) \(word)"
            }
        }
        return lines.map { indent + $0 }.joined(separator: "\n")
    }
}
