import Beyond
import Foundation
import MicroGPT

extension Figures {
    static let beyondDropout: [String: Figure] = [
        "dropoutMasks": dropoutMasks, "dropoutLosses": dropoutLosses,
        "dropoutOnFewNames": dropoutOnFewNames, "dropoutOnAllNames": dropoutOnAllNames,
    ]

    @Sendable static func dropoutMasks() -> [String] {
        let x = (1...6).map { Value(Double($0)) }
        let dropout = Dropout(rate: 0.5, seed: 42)
        return table(
            ["", "numbers"],
            [["before", list(x, 0)]] + (1...3).map { ["call \($0)", list(dropout(x), 0)] })
    }

    /// The loss of a name by the trained model, over many masks.
    @Sendable static func dropoutLosses() throws -> [String] {
        let gpt = try TrainedModel.load()
        let tokens = try gpt.tokenizer.encode("emma")
        let masks = 50
        let rows = [0.1, 0.5].map { rate in
            let dropout = Dropout(rate: rate, seed: 42)
            let losses = (0..<masks).map { _ in gpt.loss(tokens, dropout).data }
            let mean = mean(losses)
            let squares = losses.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            let error = (squares / Double(masks - 1) / Double(masks)).squareRoot()
            return ["dropout left on, rate \(rate)", places(mean), places(error)]
        }
        return table(
            ["loss of \"emma\"", "mean of \(masks)", "standard error"],
            [["without dropout", places(gpt.loss(tokens).data), "none"]] + rows)
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
