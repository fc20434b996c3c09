import Foundation
import Inspection
import MicroGPT

/// Thrown by an exercise that nobody has solved yet.
public struct Unsolved: Error {
    public init() {}
}

/// What an answer gives that it should not: where, what was expected, and what came.
package struct WrongAnswer: Error {
    let message: String

    /// - Parameter says: which mistake it is, if that is known.
    package init(message: String, says: String? = nil) {
        self.message = [message, says].compactMap(\.self).joined(separator: "\n")
    }
}

/// Judges answers, whoever wrote them: learners, solutions, or tests with mistakes on purpose. Each
/// function takes an answer, tries it, and throws `WrongAnswer` at the first thing that is wrong.
public enum Judge {
    /// How far a number may be off: answers may round otherwise, but a mistake is far larger.
    package static let tolerance = 1e-9

    /// What a mistake that many make gives, and the sentence that is said about it.
    package typealias Mistakes<Result> = [(says: String, result: Result)]

    private static func isNear(_ actual: Double, _ expected: Double) -> Bool {
        actual == expected || abs(actual - expected) <= tolerance * max(1, abs(expected))
            || (actual.isNaN && expected.isNaN)
    }

    package static func expect(
        _ actual: Double, _ expected: Double, _ place: String, mistakes: Mistakes<Double> = []
    ) throws {
        if isNear(actual, expected) { return }
        throw WrongAnswer(
            message: "\(place): expected \(shown(expected)), got \(shown(actual))",
            says: mistakes.first { isNear(actual, $0.result) }?.says)
    }

    package static func expect(
        _ actual: [Double], _ expected: [Double], _ place: String,
        mistakes: Mistakes<[Double]> = []
    ) throws {
        do {
            try expectEqual(actual.count, expected.count, "\(place).count")
            for i in expected.indices { try expect(actual[i], expected[i], "\(place)[\(i)]") }
        } catch let error as WrongAnswer {
            let mistake = mistakes.first { mistake in
                actual.count == mistake.result.count
                    && zip(actual, mistake.result).allSatisfy(isNear)
            }
            throw WrongAnswer(message: error.message, says: mistake?.says)
        }
    }

    package static func expect(
        _ actual: [Value], _ expected: [Double], _ place: String,
        mistakes: Mistakes<[Double]> = []
    ) throws {
        let data: [Double] = actual.map { $0.data }
        try expect(data, expected, place, mistakes: mistakes)
    }

    package static func expectEqual<T: Equatable>(
        _ actual: T, _ expected: T, _ place: String, mistakes: Mistakes<T> = []
    ) throws {
        if actual == expected { return }
        throw WrongAnswer(
            message: "\(place): expected \(expected), got \(actual)",
            says: mistakes.first { $0.result == actual }?.says)
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
            let areZero = differences.allSatisfy { $0.backward == 0 }
            for (i, difference) in differences.enumerated() where !difference.isWithinTolerance {
                throw WrongAnswer(
                    message: "gradient of \(place) by \(name)[\(i)]: expected "
                        + "\(shown(difference.central)) by finite differences, "
                        + "got \(shown(difference.backward)) from backward()",
                    says: areZero
                        ? "all gradients by \(name) are 0: was `.data` used? There the graph ends"
                        : nil)
            }
        }
    }

    /// Expects a derivative to be what a small change of the number does.
    package static func expectFiniteDifference(
        _ derivative: Double, at x: Double, _ place: String, _ f: (Double) throws -> Double
    ) throws {
        let h = 1e-5
        let central = (try f(x + h) - (try f(x - h))) / (2 * h)
        if GradientDifference(backward: derivative, central: central).isWithinTolerance { return }
        throw WrongAnswer(
            message: "\(place): expected \(shown(central)) by finite differences, "
                + "got \(shown(derivative))")
    }

    package static func shown(_ number: Double) -> String {
        number.isNaN ? "nan" : String(format: "%.10g", number)  // C may print the sign of a nan
    }
}
