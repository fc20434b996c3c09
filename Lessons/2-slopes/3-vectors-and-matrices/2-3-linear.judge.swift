import Course

extension Exercise {
    static let linear = Exercise(
        "2-3-linear", "a matrix times a vector", ["multiply": "Judge.multiply"],
        hints: """
            - The result has as many numbers as `w` has rows, whatever the length of `x`.
            - For one row: begin with 0, and add a product for each place.
            """)
}

extension Judge {
    public static func multiply(_ multiply: ([[Double]], [Double]) throws -> [Double]) throws {
        for (w, x, expected) in [
            ([[1, 2], [3, 4]], [1, 10], [21, 43]),
            ([[-1, 1], [2, 0]], [0, 2], [2, 0]),
            ([[1, 2, 3], [4, 5, 6]], [2, 0, -1], [-1, 2]),
            ([[0.5], [-2], [8], [0]], [3], [1.5, -6, 24, 0]),
            ([[2, -3]], [1, 1], [-1]),
        ] as [([[Double]], [Double], [Double])] {
            try expect(
                try multiply(w, x), expected,
                "multiply([\(w.map(text).joined(separator: ", "))], \(text(x)))",
                mistakes: [
                    (
                        "that takes the columns of w, and not its rows",
                        x.indices.map { j in
                            zip(w, x).reduce(0) { total, pair in total + pair.0[j] * pair.1 }
                        }
                    ),
                    (
                        "that adds a row and x: multiply them, number by number",
                        w.map { row in (row + x).reduce(0, +) }
                    ),
                    (
                        "that is relu as well: here a result may be below zero",
                        expected.map { max(0, $0) }
                    ),
                ])
        }
    }
}
