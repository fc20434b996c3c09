import Course
import Testing

/// For each exercise a test, which `swift test --filter 2-1` runs by its number: the judge finds the
/// solution right, and a mistake that learners make wrong.
@Suite struct EachExercise {
    /// - Parameter message: what the learner is told about the mistake, or how that begins.
    func expect(
        solution: () throws -> Void, wrong mistake: () throws -> Void, says message: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(Exercise.verdict(solution) == .solved, sourceLocation: sourceLocation)
        expect(message, sourceLocation: sourceLocation, mistake)
    }

    /// What else learners get wrong, and what they are told, or how that begins.
    func expect(
        _ message: String, sourceLocation: SourceLocation = #_sourceLocation,
        _ mistake: () throws -> Void
    ) {
        guard case .wrong(let said) = Exercise.verdict(mistake) else {
            Issue.record("not found: \(message)", sourceLocation: sourceLocation)
            return
        }
        #expect(said.hasPrefix(message), "\(said)", sourceLocation: sourceLocation)
    }

    /// One of several mistakes.
    struct Mistake: CustomTestStringConvertible {
        let testDescription: String
        let judge: @Sendable () throws -> Void
        let message: String

        init(
            _ description: String, says message: String,
            judge: @escaping @Sendable () throws -> Void
        ) {
            (testDescription, self.judge, self.message) = (description, judge, message)
        }
    }

    func expectFound(_ mistake: Mistake) { expect(mistake.message, mistake.judge) }
}
