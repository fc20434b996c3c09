import Course
import Inspection
import Beyond
import MicroGPT

extension Exercise {
    static let geluFeedForward = Exercise(
        "9-6-gelu-feed-forward", "a feed-forward block with biases and GELU",
        ["geluFeedForward": "Judge.geluFeedForward"],
        hints: """
            - `Value` has `tanh()`, and `pow(3)`.
            - √(2/π) is `(2 / Double.pi).squareRoot()`.
            - There are two biases, and they are added in different places.
            """)
}

extension Judge {
    public static func geluFeedForward(
        _ answer: (
            _ x: [Value], _ w1: Matrix, _ b1: [Value], _ w2: Matrix, _ b2: [Value]
        ) throws -> [Value]
    ) throws {
        func matrix(_ rows: [[Double]]) -> Matrix { rows.map { $0.map { Value($0) } } }
        func check(
            _ numbers: [Double], _ w1: [[Double]], _ b1: [Double], _ w2: [[Double]],
            _ b2: [Double], _ place: String
        ) throws {
            let (x, first, second) = (numbers.map { Value($0) }, matrix(w1), matrix(w2))
            let biases = (b1.map { Value($0) }, b2.map { Value($0) })
            let right = FeedForward(first, second, .gelu)
            for (bias, number) in zip(right.b1 + right.b2, b1 + b2) { bias.data = number }
            let result = try answer(x, first, biases.0, second, biases.1)
            try expect(result, right(x).map(\.data), place)
            try expect(x, numbers, "after \(place), x")
            for j in b2.indices {
                try expectGradients(
                    by: [
                        "x": x, "w1": first.flatMap { $0 }, "b1": biases.0,
                        "w2": second.flatMap { $0 }, "b2": biases.1,
                    ], of: "\(place)[\(j)]"
                ) { try answer(x, first, biases.0, second, biases.1)[j] }
            }
        }
        for x in [0.0, 1, -1, 3] {
            try check([x], [[1]], [0], [[1]], [0], "gelu(\(short(x))) alone")
        }
        try check([1], [[1]], [-1.5], [[2]], [0], "with the bias -1.5 before GELU")
        try check([1], [[1]], [0], [[2]], [-1.5], "with the bias -1.5 at the end")
        try check(
            [0.5, -2], [[1, -1], [0.3, 0.8], [-2, 0.1]], [0.1, -0.2, 0.3],
            [[1, 2, -1], [0.5, -0.7, 1.5]], [4, -4], "two numbers through three units")
    }
}
