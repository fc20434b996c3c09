import Course
import Inspection
import MicroGPT

extension Exercise {
    static let linear = Exercise(
        "2-3-linear", "a matrix times a vector", ["multiply": "Judge.multiply"],
        forbids: ["linear"],
        hints: """
            - The result has as many numbers as `w` has rows, whatever the length of `x`.
            - A sum can begin with `Value(0)`.
            """)
}

extension Judge {
    public static func multiply(_ multiply: (Matrix, [Value]) throws -> [Value]) throws {
        let cases: [(w: [[Double]], x: [Double])] = [
            ([[1, 2], [3, 4]], [1, 10]),
            ([[1, 2, 3], [4, 5, 6]], [2, 0, -1]),
            ([[0.5], [-2], [8], [0]], [3]),
        ]
        for (rows, numbers) in cases {
            let (w, x) = (matrix(rows), vector(numbers))
            let place = "multiply([\(rows.map(text).joined(separator: ", "))], \(text(numbers)))"
            try expect(
                try multiply(w, x), linear(x, w).map(\.data), place,
                mistakes: [
                    (
                        "that takes the columns of w, and not its rows",
                        numbers.indices.map { j in
                            zip(rows, numbers).reduce(0) { $0 + $1.0[j] * $1.1 }
                        }
                    )
                ])
            try expect(x, numbers, "after \(place), x")
            for i in w.indices {
                try expect(w[i], rows[i], "after \(place), w[\(i)]")
                try expectGradients(by: ["w[\(i)]": w[i], "x": x], of: "\(place)[\(i)]") {
                    try multiply(w, x)[i]
                }
            }
        }
    }
}
