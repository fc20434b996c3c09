import Course
import Inspection
import MicroGPT
import PythonRandom

extension Exercise {
    static let dropout = Exercise(
        "9-4-dropout", "numbers dropped at random, in training only",
        ["droppedOut": "Judge.droppedOut"],
        hints: """
            - Draw one number for each of `x`, in order: `rng.random()` gives 0 to below 1. Drop
              where it is below `rate`.
            - Use the operations of `Value`, so that gradients go back to what is kept.
            """)
}

extension Judge {
    public typealias DroppedOut = ([Value], Double, Bool, inout PythonRandom) throws -> [Value]

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
}
