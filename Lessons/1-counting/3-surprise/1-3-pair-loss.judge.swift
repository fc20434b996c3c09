import Course
import Foundation
import Inspection
import MicroGPT

extension Exercise {
    static let pairLoss = Exercise(
        "1-3-pair-loss", "the loss of a model that counts pairs",
        ["pairLoss": "Judge.pairLoss"],
        hints: """
            - `zip(tokens, tokens.dropFirst())` gives each token together with the next one.
            - `Double(count)` turns a whole number into one that can be divided; `log` is in
              Foundation.
            """)
}

extension Judge {
    public static func pairLoss(
        _ answer: ([Int], _ countedIn: [[Int]], _ vocabSize: Int) throws -> Double
    ) throws {
        // "ab" and "aab" between BOS, which is 2. After a: a once, b twice, of 3.
        let documents = [[2, 0, 1, 2], [2, 0, 0, 1, 2]]
        let cases: [(document: [Int], probabilities: [Double])] = [
            ([2, 0, 1, 2], [0.6, 0.5, 0.6]), ([2, 2], [0.2]),
            ([2, 1, 1, 0, 2], [0.2, 0.2, 0.2, 1 / 6.0]),
        ]
        for (document, probabilities) in cases {
            let expected =
                -probabilities.map { log($0) }.reduce(0, +) / Double(probabilities.count)
            try expect(
                try answer(document, documents, 3), expected,
                "pairLoss(\(document), countedIn: \(documents), vocabSize: 3)",
                mistakes: [
                    (
                        "that is the sum over the pairs, and not their mean",
                        expected * Double(probabilities.count)
                    ),
                    (
                        "that divides by the tokens: there is one pair fewer",
                        expected * Double(probabilities.count) / Double(document.count)
                    ),
                    ("the minus is missing", -expected),
                    (
                        "that is from the counts as they are, without the one more for each",
                        document == [2, 0, 1, 2] ? -log(2.0 / 3) / 3 : .infinity
                    ),
                ])
        }
        try expect(
            try answer([26, 4, 12, 12, 0, 26], [], 27), log(27),
            "pairLoss([26, 4, 12, 12, 0, 26], countedIn: [], vocabSize: 27)")
    }
}
