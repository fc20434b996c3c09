import Course
import Inspection
import MicroGPT
import PythonRandom

extension Exercise {
    static let residualConnections = Exercise(
        "4-4-residual-connections", "a block with its residual connection",
        ["withResidual": "Judge.withResidual"],
        hints: """
            - `rmsnorm` normalises.
            - `zip(a, b).map { … }` goes through two lists at once. What is kept must be the
              numbers of `x` themselves, not copies: gradients go back through both ways.
            """)
}

extension Judge {
    public static func withResidual(_ answer: ([Value], Block) throws -> [Value]) throws {
        let x = vector([3, -4])
        try expect(
            try answer(x) { x in x.map { _ in Value(0) } }, [3, -4],
            "[3, -4] around a block that gives zeros: x",
            mistakes: [
                ("x is not added to what the block gives", [0, 0]),
                (
                    "the normalised x is added: it should be x as it was",
                    MicroGPT.rmsnorm(x).map(\.data)
                ),
            ])
        var inputs: [[Double]] = []
        let doubled = try answer(x) { x in
            inputs.append(x.map(\.data))
            return x.map { $0 * 2 }
        }
        try expectEqual(inputs.count, 1, "calls of the block")
        // [3, -4] has a mean square of 12.5; 1e-5 more, and its root divides.
        let normed = MicroGPT.rmsnorm(x).map(\.data)
        try expect(
            inputs[0], normed, "what the block gets of [3, -4]",
            mistakes: [("the block gets x as it is: normalise it first", [3, -4])])
        try expect(
            doubled, [3 + 2 * normed[0], -4 + 2 * normed[1]],
            "[3, -4] around a block that doubles: x")
        try expect(x.map(\.data), [3, -4], "the x that was passed, after the call")

        var rng = PythonRandom(seed: 37)
        let (input, w) = (gaussian(4, &rng), matrix(4, 4, &rng))
        try expectGradients(
            by: ["x": input, "w.joined()": Array(w.joined())],
            of: "the result around linear(x, w), weighted and added up,"
        ) {
            weightedSum(try answer(input) { x in MicroGPT.linear(x, w) })
        }
    }
}
