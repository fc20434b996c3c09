import Course
import Foundation
import Inspection
import MicroGPT
import PythonRandom

extension Exercise {
    static let sharpness = Exercise(
        "4-3-sharpness", "how sharply a head chooses", ["sharpness": "Judge.sharpness"],
        hints: """
            - One query first: `dot(q, k)` for each key, divided if it should be, then `softmax`.
            - A share is a `Value`: `.data` is its number, and `max()` finds the largest of many.
            - The average is over queries. Each has a largest share of its own.
            """)
}

extension Judge {
    public typealias Sharpness = (
        _ queries: [[Value]], _ keys: [[Value]], _ withRoot: Bool
    ) throws -> Double

    public static func sharpness(_ answer: Sharpness) throws {
        // The matches are 0 and 2 ln 3. With the root of 4 that is ln 3: a share of 3 in 4.
        let keys = matrix([[0, 0, 0, 0], [log(3), 0, 0, 0]])
        let (two, none) = ([2.0, 0, 0, 0], [0.0, 0, 0, 0])
        let place = "for a query [2, 0, 0, 0] and keys [0, 0, 0, 0] and [ln 3, 0, 0, 0]"
        try expect(
            try answer(matrix([two]), keys, true), 0.75, "sharpness with the root, \(place)",
            mistakes: [
                ("that is without the root", 0.9),
                ("that divides by the length, and not by its root", 1 - 1 / (1 + 3.0.squareRoot())),
                ("that is the average share: take the largest", 0.5),
                ("that is the largest match: softmax is missing", log(3)),
            ])
        try expect(
            try answer(matrix([two]), keys, false), 0.9, "sharpness without the root, \(place)",
            mistakes: [("that is with the root", 0.75)])
        try expect(
            try answer(matrix([two, none]), keys, true), 0.625,
            "with the root, for that query and one of zeros, which shares out equally",
            mistakes: [
                ("that is the largest share of all: each query has one of its own", 0.75),
                ("that is the sum over the queries, and not their average", 1.25),
                ("that is the last query's alone", 0.5),
            ])
        let nine = matrix([[3.0] + Array(repeating: 0, count: 8)])
        let longer = matrix([
            Array(repeating: 0, count: 9), [log(3)] + Array(repeating: 0, count: 8),
        ])
        try expect(
            try answer(nine, longer, true), 0.75, "with the root, for lists of 9 numbers",
            mistakes: [("that divides by 2, whatever the length", 1 - 1 / (1 + pow(3, 1.5)))])
        try expectCalm(answer)
    }

    /// Without the root, chance alone makes long lists sharp; with it, their length hardly matters.
    private static func expectCalm(_ answer: Sharpness) throws {
        var rng = PythonRandom(seed: 43)
        for width in [4, 64] {
            let (queries, keys) = (matrix(20, width, &rng), matrix(8, width, &rng))
            for withRoot in [true, false] {
                let divisor = withRoot ? Double(width).squareRoot() : 1
                let largest = queries.map { q in
                    MicroGPT.softmax(keys.map { k in dot(q, k) / divisor }).map(\.data).max() ?? 0
                }
                try expect(
                    try answer(queries, keys, withRoot), largest.reduce(0, +) / 20,
                    "for 20 random queries and 8 keys of \(width) numbers, "
                        + (withRoot ? "with the root" : "without it"))
            }
        }
    }
}
