import Course
import Inspection
import Beyond
import MicroGPT

extension Exercise {
    static let batchNorm = Exercise(
        "9-2-batch-norm", "batch norm, down the columns", ["batchNorm": "Judge.batchNorm"],
        hints: """
            - Column j is `batch.map { row in row[j] }`.
            - The variance is the mean of the squares of what is left when the mean is taken
              off, by n and not n - 1; divide by the root of (variance + 1e-5).
            - One of the norms in MicroGPT.swift does all of this to a list of numbers.
            """)
}

extension Judge {
    public static func batchNorm(
        _ answer: (_ batch: Matrix, _ gain: [Value], _ bias: [Value]) throws -> Matrix
    ) throws {
        for (numbers, gain, bias) in [
            ([[1, 10, 5], [3, 30, 5]], [1, 1, 1], [0, 0, 0]),
            ([[1, -2, 3], [0.5, 4, -1], [2, 2.5, 0.01]], [2, -1, 0.5], [0.1, 10, -3]),
            ([[0.001, 5], [0.002, 5], [0.004, 5]], [1, 2], [0, 1]),
        ] as [([[Double]], [Double], [Double])] {
            let batch = numbers.map { $0.map { Value($0) } }
            let (gains, biases) = (gain.map { Value($0) }, bias.map { Value($0) })
            var right = BatchNorm(gain.count)
            for j in gain.indices {
                (right.gain[j].data, right.bias[j].data) = (gain[j], bias[j])
            }
            let rows = numbers.map { row in
                "[\(row.map { short($0) }.joined(separator: ", "))]"
            }
            let place = "batchNorm([\(rows.joined(separator: ", "))])"
            let result = try answer(batch, gains, biases)
            let expected = right.train(batch)
            try expectEqual(result.count, expected.count, "\(place).count")
            for i in expected.indices {
                try expect(result[i], expected[i].map(\.data), "\(place)[\(i)]")
                try expect(batch[i], numbers[i], "after \(place), row \(i)")
            }
            // Among numbers of 0.001 a step of 1e-5 is too long for finite differences.
            guard batch.count == gain.count else { continue }
            for i in expected.indices {
                for j in gain.indices {
                    try expectGradients(
                        by: ["batch": batch.flatMap { $0 }, "gain": gains, "bias": biases],
                        of: "\(place)[\(i)][\(j)]"
                    ) { try answer(batch, gains, biases)[i][j] }
                }
            }
        }
    }
}
