import Exercises
import MicroGPT

extension Exercise {
    static let architecture = [
        Exercise("03-03-softmax", "numbers as probabilities") {
            try Judge.softmax(Exercises.softmax)
        }
    ]
}

extension Judge {
    public static func softmax(_ softmax: ([Value]) throws -> [Value]) throws {
        let logits = [Value(2.1), Value(0.3), Value(-0.5)]
        try expect(
            try softmax(logits), MicroGPT.softmax(logits).map(\.data),
            "softmax([2.1, 0.3, -0.5])")
        try expect(
            try softmax([Value(1000), Value(1000)]), [0.5, 0.5], "softmax([1000, 1000])")
        for i in logits.indices {
            try expectGradients(by: ["logits": logits], of: "softmax(logits)[\(i)]") {
                try softmax(logits)[i]
            }
        }
    }
}
