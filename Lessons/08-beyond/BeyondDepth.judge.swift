import Course
import Foundation
import Inspection
import MicroGPT
import PythonRandom

extension Exercise {
    static let beyondDepth = [
        Exercise(
            "08-03-depth", "a layer with the norms around the sums",
            ["postNormLayer": "Judge.postNormLayer"],
            hints: """
                - `rmsnorm` normalises. Here it is the last thing that happens to a sum, and not the
                  first.
                - What comes out of attention's half is what goes into that of the MLP, on both
                  ways.
                """),
        Exercise(
            "08-04-dropout", "numbers dropped at random, in training only",
            ["droppedOut": "Judge.droppedOut"],
            hints: """
                - Draw one number for each of `x`, in order: `rng.random()` gives 0 to below 1. Drop
                  where it is below `rate`.
                - Use the operations of `Value`, so that gradients go back to what is kept.
                """),
        Exercise(
            "08-05-sinusoidal-positions", "a position as sines and cosines",
            ["positionVector": "Judge.positionVector"],
            hints: """
                - `sin`, `cos` and `pow(10_000, exponent)` are Foundation's. Angles are in radians.
                - The exponent counts pairs twice: with 4 numbers the angles are position and
                  position / 100.
                """),
    ]
}

extension Judge {
    public typealias PostNormLayer = (_ x: [Value], _ attention: Block, _ mlp: Block) throws ->
        [Value]
    public typealias DroppedOut = ([Value], Double, Bool, inout PythonRandom) throws -> [Value]

    // MARK: - 08-03

    public static func postNormLayer(_ answer: PostNormLayer) throws {
        func tripled(_ x: [Value]) -> [Value] { x.map { $0 * 3 } }
        func swapped(_ x: [Value]) -> [Value] { x.reversed() }
        let x = [Value(3), Value(-4)]
        var seen: [[Double]] = []
        let layer = try answer(
            x,
            { x in
                seen.append(x.map(\.data))
                return tripled(x)
            },
            { x in
                seen.append(x.map(\.data))
                return swapped(x)
            })
        try expectEqual(seen.count, 2, "calls of attention and the MLP")
        try expect(seen[0], [3, -4], "what attention gets of [3, -4]")
        // 3x + x is 4x, of the same direction.
        let afterAttention = MicroGPT.rmsnorm(x.map { $0 * 4 })
        try expect(
            seen[1], afterAttention.map(\.data),
            "what the MLP gets of [3, -4] after an attention that triples")
        let sum = afterAttention[0].data + afterAttention[1].data
        try expect(
            layer, MicroGPT.rmsnorm([Value(sum), Value(sum)]).map(\.data),
            "[3, -4] with an attention that triples and an MLP that swaps: x")

        var rng = PythonRandom(seed: 83)
        func gaussian() -> [Value] { (0..<4).map { _ in Value(rng.gauss(0, 1)) } }
        let (input, w, coefficients) = (gaussian(), (0..<4).map { _ in gaussian() }, gaussian())
        try expectGradients(
            by: ["x": input, "w.joined()": Array(w.joined())],
            of: "the layer with linear(x, w) as both blocks, weighted and added up,"
        ) {
            let layer = try answer(
                input, { MicroGPT.linear($0, w) }, { MicroGPT.linear($0, w) })
            try expectEqual(layer.count, 4, "x.count of 4 numbers")
            return dot(layer, coefficients)
        }
    }

    // MARK: - 08-04

    public static func droppedOut(_ answer: DroppedOut) throws {
        let x = (1...8).map { Value(Double($0)) }
        // PythonRandom(seed: 42) gives 0.64, 0.03, 0.28, 0.22, 0.74, 0.68, 0.89, 0.09.
        var rng = PythonRandom(seed: 42)
        try expect(
            try answer(x, 0.25, true, &rng), [4 / 3, 0, 4, 0, 20 / 3, 8, 28 / 3, 0],
            "[1, 2, … 8] in training with rate 0.25 and seed 42",
            mistakes: [
                ("what is kept is to be divided by 1 - rate", [1, 0, 3, 0, 5, 6, 7, 0])
            ])
        try expect(x, (1...8).map(Double.init), "the x that was passed, after the call")

        rng = PythonRandom(seed: 1)
        let still = try answer(x, 0.25, false, &rng)
        try expect(still, (1...8).map(Double.init), "[1, 2, … 8] outside training")
        try expectEqual(rng.nextWord, 624, "words used of the generator outside training")
        try expect(
            try answer(x, 0, true, &rng), (1...8).map(Double.init),
            "[1, 2, … 8] in training with rate 0")

        try expectGradients(
            by: ["x": x], of: "what is left of [1, 2, … 8] with rate 0.5, the squares added up,"
        ) {
            var rng = PythonRandom(seed: 7)
            let dropped = try answer(x, 0.5, true, &rng)
            return dot(dropped, dropped)
        }
    }

    // MARK: - 08-05

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
