import Inspection
import Beyond
import Foundation
import MicroGPT

extension Figures {
    static let beyondDropout: [String: Figure] = [
        "dropoutMasks": dropoutMasks, "dropoutBehindFunctions": dropoutBehindFunctions,
        "dropoutOnFewNames": dropoutOnFewNames, "dropoutOnAllNames": dropoutOnAllNames,
    ]

    @Sendable static func dropoutMasks() -> [String] {
        let x = (1...6).map { Value(Double($0)) }
        let dropout = Dropout(rate: 0.5, seed: 42)
        return table(
            ["", "numbers"],
            [["before", list(x, 0)]] + (1...3).map { ["call \($0)", list(dropout(x), 0)] })
    }

    /// What becomes of the mean of 1 behind a linear function, and behind one that is not.
    @Sendable static func dropoutBehindFunctions() -> [String] {
        let functions: [(String, (Value) -> Value)] = [
            ("3x + 1", { 3 * $0 + 1 }), ("relu(x - 1)", { ($0 - 1).relu() }),
            ("exp(x)", { $0.exp() }),
        ]
        let rows = functions.map { name, function in
            let dropout = Dropout(rate: 0.5, seed: 42)
            let results = (0..<10_000).map { _ in function(dropout([Value(1)])[0]).data }
            return ["`\(name)`", places(function(Value(1)).data), places(mean(results))]
        }
        return table(["function", "of 1", "mean over 10,000 masks"], rows)
    }

    private static func trainings(_ heading: String) throws -> [String] {
        let rows = try recorded("beyond-dropout.txt", under: heading)
        return table(rows[0], Array(rows.dropFirst()))
    }

    @Sendable static func dropoutOnFewNames() throws -> [String] {
        try trainings("1000 steps on 50 names")
    }

    @Sendable static func dropoutOnAllNames() throws -> [String] {
        try trainings("1000 steps on 20399 names")
    }
}
