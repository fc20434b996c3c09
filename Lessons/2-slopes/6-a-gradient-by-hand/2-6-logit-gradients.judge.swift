import Course
import Inspection
import MicroGPT

extension Exercise {
    static let logitGradients = Exercise(
        "2-6-logit-gradients", "the slopes of the logits, by hand",
        ["logitGradients": "Judge.logitGradients"],
        hints: """
            - First the shares of a position, by softmax; take its largest logit off before `exp`.
            - The slopes of a position add up to 0. If yours do not, the target is missing.
            - The loss is a mean over all positions, so each has only its part of it.
            """)
}

extension Judge {
    public static func logitGradients(
        _ answer: ([[Double]], _ targets: [Int]) throws -> [[Double]]
    ) throws {
        let cases: [(logits: [[Double]], targets: [Int])] = [
            ([[2.1, 0.3, -0.5]], [0]), ([[0, 0, 0, 0], [1, -1, 2, 0.5]], [3, 1]),
            ([[1000, 1000], [-1000, -999]], [0, 1]),
        ]
        for (logits, targets) in cases {
            let place = "logitGradients(\(logits), targets: \(targets))"
            let values = logits.map { $0.map { Value($0) } }
            func loss() -> Value {
                let losses = zip(values, targets).map { -MicroGPT.softmax($0)[$1].log() }
                return (1 / Double(losses.count)) * sum(losses)
            }
            loss().backward()
            let answers = try answer(logits, targets)
            try expectEqual(answers.count, logits.count, "\(place).count")
            for (i, row) in values.enumerated() {
                let probs = MicroGPT.softmax(row).map(\.data)
                try expect(
                    answers[i], row.map(\.grad), "\(place)[\(i)]",
                    mistakes: [
                        (
                            "that is not divided by the number of positions",
                            row.map { $0.grad * Double(values.count) }
                        ),
                        (
                            "the target is missing: its own gradient is lower by 1",
                            probs.map { $0 / Double(values.count) }
                        ),
                        ("the sign is the wrong way round", row.map { -$0.grad }),
                    ])
            }
            for row in values {
                guard checkGradients(by: row, of: loss).allSatisfy(\.isWithinTolerance) else {
                    throw WrongAnswer(message: "\(place): the judge disagrees with itself")
                }
            }
        }
    }
}
