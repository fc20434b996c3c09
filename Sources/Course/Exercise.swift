import Foundation

/// A task that a learner solves in a file of its own.
public struct Exercise: Sendable {
    /// The part of the course and the lesson in it, and what is to be written: the name of the file.
    public let name: String
    /// The lesson's folder, from the project's: all of the exercise is there.
    public let folder: String
    /// The task in a few words.
    public let task: String
    /// The functions to be written, and the one that judges each.
    public let functions: KeyValuePairs<String, String>
    /// What the learner's code is not to use, since it would be the answer; methods with their dot.
    let forbidden: [String]
    /// From a small one to a large one.
    public let hints: [String]

    /// - Parameters:
    ///   - hints: a list, whose items begin with "- ".
    ///   - judge: the file that this is called in, which is beside the learner's.
    package init(
        _ name: String, _ task: String, _ functions: KeyValuePairs<String, String>,
        forbids forbidden: [String] = [], hints: String, judge: String = #filePath
    ) {
        (self.name, self.task, self.functions) = (name, task, functions)
        folder = judge.split(separator: "/").dropLast().suffix(3).joined(separator: "/")
        self.forbidden = forbidden
        self.hints = "\n\(hints)".components(separatedBy: "\n- ").dropFirst().map {
            $0.replacing(/\s+/, with: " ")
        }
    }

    /// What all of them start from.
    public static let given = "Lessons/Given.exercise.swift"

    /// Its file, from the project's folder.
    public var file: String { "\(folder)/\(name).exercise.swift" }

    /// The lesson that it belongs to, if there is a text.
    public var lesson: String? {
        let path = "\(folder)/lesson.md"
        return FileManager.default.fileExists(atPath: path) ? path : nil
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

// MARK: - What is in a file

extension Exercise {
    /// Its lines of code, numbered, without comments.
    static func code(of text: String) -> [(number: Int, line: Substring)] {
        text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map { i, line in
            (i + 1, line.firstRange(of: "//").map { line[..<$0.lowerBound] } ?? line)
        }
    }

    /// Whether nothing has been written yet: each function still throws `Unsolved`, and no more.
    public func isStub(_ text: String) -> Bool {
        let code = Self.code(of: text).map(\.line).joined(separator: "\n")
        return code.matches(of: /\{\s*throw Unsolved\(\)\s*\}/).count >= functions.count
    }

    /// What is forbidden and used all the same: where, and what.
    func breach(_ text: String) -> String? {
        for (number, line) in Self.code(of: text) {
            for name in forbidden
            where line.split(whereSeparator: { !$0.isLetter && !$0.isNumber && $0 != "." })
                .contains(where: {
                    $0 == name || $0.hasSuffix(name.hasPrefix(".") ? name : ".\(name)")
                })
            {
                return "\(file):\(number): this is to be written without `\(name)`"
            }
        }
        return nil
    }

    /// Whether code calls a function of this exercise, and has none of its own by that name.
    func isCalled(in code: String) -> Bool {
        functions.contains { name, _ in
            code.matches(of: /(func )?([.\w]*)\(/).contains { $0.2 == name && $0.1 == nil }
                && !code.contains("func \(name)(")
        }
    }
}
