import Course
import Foundation
import Inspection

extension Exercise {
    static let softmax = Exercise(
        "2-4-softmax", "numbers as chances", ["stableSoftmax": "Judge.softmax"],
        forbids: ["softmax"],
        hints: """
            - `exp` makes any number positive; what is left is to divide by the sum of all.
            - `exp(1000)` is infinite. Which number can you take off all logits without changing
              the result?
            """)
}

extension Judge {
    public static func softmax(_ softmax: ([Double]) throws -> [Double]) throws {
        // Logarithms of 3, 2 and 1, so that what comes out is known.
        let (counts, sixths) = ([log(3.0), log(2.0), 0], [3.0, 2, 1].map { $0 / 6 })
        let cases: [(logits: [Double], expected: [Double])] = [
            ([0, 0], [0.5, 0.5]), ([7], [1]), (counts, sixths), (counts.map { $0 - 5 }, sixths),
            ([1000, 1000], [0.5, 0.5]), ([-1000, -1000], [0.5, 0.5]), ([-800, 800], [0, 1]),
        ]
        for (logits, expected) in cases {
            let exps = logits.map { exp($0) }
            let (first, exponential) = (short(logits[0]), short(exps[0]))
            func shares(_ numbers: [Double]) -> [Double] {
                let total = numbers.reduce(0, +)
                return numbers.map { $0 / total }
            }
            try expect(
                try softmax(logits), expected, "stableSoftmax(\(text(logits)))",
                mistakes: [
                    ("those are not divided by their sum", exps),
                    (
                        "exp(\(first)) is \(exponential): take the largest off all first",
                        shares(exps)
                    ),
                    (
                        "those are shares of the logits themselves: exp is missing",
                        shares(logits)
                    ),
                ])
        }
    }
}
