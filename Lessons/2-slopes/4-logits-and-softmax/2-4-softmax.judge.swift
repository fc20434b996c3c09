import Course
import Foundation
import Inspection
import MicroGPT

extension Exercise {
    static let softmax = Exercise(
        "2-4-softmax", "numbers as probabilities", ["stableSoftmax": "Judge.softmax"],
        forbids: ["softmax"],
        hints: """
            - `exp()` makes any number positive; what is left is to divide by the sum of all.
            - exp(1000) is infinite. Which number can you take off all logits without changing
              the result?
            """)
}

extension Judge {
    public static func softmax(_ softmax: ([Value]) throws -> [Value]) throws {
        for numbers in [
            [0, 0], [2.1, 0.3, -0.5], [7], [102.1, 100.3, 99.5], [1000, 1000], [-1000, -1001],
            [-800, 800],
        ] {
            let (logits, place) = (vector(numbers), "stableSoftmax(\(text(numbers)))")
            let exps = numbers.map { exp($0) }
            try expect(
                try softmax(logits), MicroGPT.softmax(logits).map(\.data), place,
                mistakes: [
                    ("those are not divided by their sum", exps),
                    (
                        "exp(\(short(numbers[0]))) is \(short(exps[0])): take the largest off all first",
                        exps.map { $0 / exps.reduce(0, +) }
                    ),
                ])
            try expect(logits, numbers, "after \(place), logits")
        }
        let logits = vector([2.1, 0.3, -0.5])
        for i in logits.indices {
            try expectGradients(by: ["logits": logits], of: "stableSoftmax([2.1, 0.3, -0.5])[\(i)]")
            {
                try softmax(logits)[i]
            }
        }
    }
}
