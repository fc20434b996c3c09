import Foundation
import Inspection
import MicroGPT

/// A task that a learner solves in a file of its own in Lessons/exercises.
public struct Exercise: Sendable {
    /// The lesson's module and number, and what is to be written: the name of the file.
    public let name: String
    /// The task in a few words.
    public let task: String
    /// Throws `Unsolved` or `WrongAnswer` if the learner's code is not right yet.
    let judge: @Sendable () throws -> Void

    package init(_ name: String, _ task: String, judge: @escaping @Sendable () throws -> Void) {
        (self.name, self.task, self.judge) = (name, task, judge)
    }

    /// Its file, from the project's folder.
    public var file: String { "Lessons/exercises/\(name).swift" }

    /// The lesson that it belongs to: the one with the same numbers.
    public var lesson: String? {
        let (module, number) = (name.prefix(3), name.dropFirst(3).prefix(3))
        let files = FileManager.default.enumerator(atPath: "Lessons")?.allObjects as? [String]
        return files?.first { $0.hasPrefix(module) && $0.contains("/\(number)") }
            .map { "Lessons/\($0)" }
    }

    public enum Verdict: Equatable, Sendable {
        case solved, unsolved
        /// What was expected where, and what came.
        case wrong(String)

        public var mark: String {
            switch self {
            case .solved: "✓"
            case .unsolved: "·"
            case .wrong: "✗"
            }
        }
    }

    public func verdict() -> Verdict { Self.verdict(judge) }

    /// What a judgement comes to.
    public static func verdict(_ judge: () throws -> Void) -> Verdict {
        do {
            try judge()
            return .solved
        } catch is Unsolved {
            return .unsolved
        } catch let error as WrongAnswer {
            return .wrong(error.message)
        } catch {
            return .wrong("it throws \(error)")
        }
    }
}

// MARK: - In a process of its own

// A learner's code may trap or never end, and the other exercises are to be judged all the same.
extension Exercise {
    /// Judges in this process, and writes the verdict to standard error, the last line there.
    public func judgeHere() {
        let line =
            switch verdict() {
            case .solved: "solved"
            case .unsolved: "unsolved"
            case .wrong(let message): "wrong: \(message)"
            }
        try? FileHandle.standardError.write(contentsOf: Data("\(line)\n".utf8))
    }

    /// - Returns: the verdict, and the lines that the learner's code has printed.
    public func judgeInItsOwnProcess() throws -> (Verdict, printed: [String]) {
        let run = try Shell.run(
            "SWIFT_BACKTRACE=enable=yes,color=no,interactive=no exec \"$0\" \(name) --judge",
            Shell.command,
            seconds: Self.patience)
        return (
            Self.verdict(stderr: run.stderr, exitCode: run.exitCode),
            run.stdout.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
                .map(String.init)
        )
    }

    /// Seconds that an answer may take; all solutions need less than one.
    private static let patience = 20.0

    /// - Parameter exitCode: nil if the process was ended because it took too long.
    public static func verdict(stderr: String, exitCode: Int32?) -> Verdict {
        guard let exitCode else {
            return .wrong("it did not end within \(Int(patience)) seconds: which loop has no end?")
        }
        let lines = stderr.split(separator: "\n").map(String.init)
        if exitCode != 0 {
            let reason = lines.first { $0.contains("Fatal error") } ?? "exit code \(exitCode)"
            let place = stderr.firstMatch(of: /Lessons\/exercises\/\S+\.swift:\d+/)
            return .wrong("it stopped\(place.map { " at \($0.0)" } ?? ""): \(reason)")
        }
        return switch lines.last {
        case "solved": .solved
        case "unsolved": .unsolved
        case let line?: .wrong(String(line.dropFirst("wrong: ".count)))
        case nil: .wrong("it ended the process")
        }
    }
}

/// Thrown by an exercise that nobody has solved yet.
public struct Unsolved: Error {
    public init() {}
}

/// What an answer gives that it should not: where, what was expected, and what came.
package struct WrongAnswer: Error {
    let message: String

    package init(message: String) { self.message = message }
}

/// Judges answers, whoever wrote them: learners, solutions, or tests with mistakes on purpose. Each
/// function takes an answer, tries it, and throws `WrongAnswer` at the first thing that is wrong.
public enum Judge {
    /// How far a number may be off: answers may round otherwise, but a mistake is far larger.
    package static let tolerance = 1e-9

    package static func expect(_ actual: Double, _ expected: Double, _ place: String) throws {
        let difference = abs(actual - expected)
        if actual == expected || difference <= tolerance * max(1, abs(expected)) { return }
        throw WrongAnswer(message: "\(place): expected \(shown(expected)), got \(shown(actual))")
    }

    package static func expect(_ actual: [Double], _ expected: [Double], _ place: String) throws {
        try expectEqual(actual.count, expected.count, "\(place).count")
        for i in expected.indices { try expect(actual[i], expected[i], "\(place)[\(i)]") }
    }

    package static func expect(_ actual: [Value], _ expected: [Double], _ place: String) throws {
        let data: [Double] = actual.map { $0.data }
        try expect(data, expected, place)
    }

    package static func expectEqual<T: Equatable>(_ actual: T, _ expected: T, _ place: String)
        throws
    {
        if actual == expected { return }
        throw WrongAnswer(message: "\(place): expected \(expected), got \(actual)")
    }

    /// Expects `backward()` to find what finite differences find.
    ///
    /// - Parameters:
    ///   - inputs: what to differentiate by, each list under its name.
    ///   - place: what `function` computes, for the message.
    package static func expectGradients(
        by inputs: KeyValuePairs<String, [Value]>, of place: String, _ function: () throws -> Value
    ) throws {
        _ = try function()  // throws here if at all
        for (name, values) in inputs {
            let differences = checkGradients(by: values) { (try? function()) ?? Value(.nan) }
            for (i, difference) in differences.enumerated() where !difference.isWithinTolerance {
                throw WrongAnswer(
                    message: "gradient of \(place) by \(name)[\(i)]: expected "
                        + "\(shown(difference.central)) by finite differences, "
                        + "got \(shown(difference.backward)) from backward()")
            }
        }
    }

    private static func shown(_ number: Double) -> String {
        number.isNaN ? "nan" : String(format: "%.10g", number)  // C may print the sign of a nan
    }
}
