import Course
import Foundation
import Inspection
import MicroGPT

extension Exercise {
    static let norms = Exercise(
        "4-5-norms", "rmsnorm and layernorm",
        ["rmsNorm": "Judge.rmsNorm", "layerNorm": "Judge.layerNorm"],
        forbids: ["rmsnorm", "layernorm"],
        hints: """
            - `rmsNorm`: `dot(x, x)` is the sum of the squares.
            - `rmsNorm`: x / √y is x times y to the power -0.5: `pow(-0.5)`.
            - `layerNorm`: The variance here is the mean of the squares of what is left when the
              mean is taken off: divided by n, not by n - 1.
            - `layerNorm`: You have just written half of it.
            """)
}

extension Judge {
    public static func rmsNorm(_ rmsNorm: ([Value]) throws -> [Value]) throws {
        try norm("rmsNorm", rmsNorm, rmsnorm)
    }

    public static func layerNorm(_ layerNorm: ([Value]) throws -> [Value]) throws {
        try norm("layerNorm", layerNorm, layernorm)
    }

    private static func norm(
        _ name: String, _ norm: ([Value]) throws -> [Value], _ right: ([Value]) -> [Value]
    ) throws {
        // Among numbers as small as these, the 1e-5 and its place count.
        for numbers in [
            [1, 7, 1, 7], [1, -2, 3], [10, 11, 12, 13], [0, 0, 0], [0.001, -0.002, 0.004], [5],
        ] {
            let (x, place) = (vector(numbers), "\(name)(\(text(numbers)))")
            let n = Double(numbers.count)
            let mean = numbers.reduce(0, +) / n
            let centred = name == "layerNorm" ? numbers.map { $0 - mean } : numbers
            let squares = centred.reduce(0) { $0 + $1 * $1 }
            func divided(by scale: Double) -> [Double] { centred.map { $0 / scale } }
            try expect(
                try norm(x), right(x).map(\.data), place,
                mistakes: [
                    (
                        "the mean is still in it: take it off first",
                        MicroGPT.rmsnorm(x).map(\.data)
                    ),
                    ("that is the result without the root", divided(by: squares / n + 1e-5)),
                    (
                        "that takes the sum of the squares, and not their mean",
                        divided(by: (squares + 1e-5).squareRoot())
                    ),
                    (
                        "that divides by n - 1, and not by n",
                        divided(by: (squares / (n - 1) + 1e-5).squareRoot())
                    ),
                    ("the 1e-5 is missing", divided(by: (squares / n).squareRoot())),
                    (
                        "the 1e-5 stands outside the root",
                        divided(by: (squares / n).squareRoot() + 1e-5)
                    ),
                ])
            try expect(x, numbers, "after \(place), x")
        }
        for numbers in [[1.0, -2, 3], [0.01, 0.02]] {
            let (x, place) = (vector(numbers), "\(name)(\(text(numbers)))")
            for i in x.indices {
                try expectGradients(by: ["x": x], of: "\(place)[\(i)]") { try norm(x)[i] }
            }
        }
    }
}
