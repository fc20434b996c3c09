import Course
import Foundation
import Inspection
import MicroGPT

extension Exercise {
    static let sinusoidalPositions = Exercise(
        "9-5-sinusoidal-positions", "a position as sines and cosines",
        ["positionVector": "Judge.positionVector"],
        hints: """
            - `sin`, `cos` and `pow(10_000, exponent)` are Foundation's. Angles are in radians.
            - The exponent counts pairs twice: with 4 numbers the angles are position and
              position / 100.
            """)
}

extension Judge {
    public static func positionVector(_ answer: (Int, Int) throws -> [Double]) throws {
        try expect(
            try answer(0, 6), [0, 1, 0, 1, 0, 1], "position 0 of 6 numbers",
            mistakes: [
                ("sines and cosines take turns", [0, 0, 0, 1, 1, 1]),
                ("the sine comes first, then the cosine", [1, 0, 1, 0, 1, 0]),
            ])
        // Angles 3 and 3 / 100.
        try expect(
            try answer(3, 4), [sin(3.0), cos(3.0), sin(0.03), cos(0.03)], "position 3 of 4 numbers",
            mistakes: [
                (
                    "the exponent counts pairs once: it is -2i / count",
                    [sin(3.0), cos(3.0), sin(0.3), cos(0.3)]
                )
            ])
        // The slowest of 8 pairs: 10000^(-14 / 16).
        let slowest = 50 * pow(10_000, -0.875)
        let last = try answer(50, 16)
        try expectEqual(last.count, 16, "count of position 50 of 16 numbers")
        try expect(
            Array(last[14...]), [sin(slowest), cos(slowest)],
            "the last two of position 50 of 16 numbers")
        for t in [0, 7, 30] {
            let (here, there) = (try answer(t, 8), try answer(t + 2, 8))
            try expectEqual(here.count, 8, "count of position \(t) of 8 numbers")
            try expectEqual(there.count, 8, "count of position \(t + 2) of 8 numbers")
            let product = zip(here, there).reduce(0) { $0 + $1.0 * $1.1 }
            // cos(2w) for w = 1, 0.1, 0.01, 0.001.
            try expect(
                product, cos(2.0) + cos(0.2) + cos(0.02) + cos(0.002),
                "dot product of the positions \(t) and \(t + 2) of 8 numbers")
        }
    }
}
