import Course
import Foundation
import Inspection
import MicroGPT
import PythonRandom

extension Exercise {
    static let letterBefore = Exercise(
        "5-2-letter-before", "how much a head looks at the letter before",
        ["lookedAtLetterBefore": "Judge.letterBefore"],
        hints: """
            - In row t the last share is that of position t itself. Which one is the letter before?
            - `weights.dropFirst()` leaves out the position that has nothing before it.
            - Two sums and one division at the end; a mean of quotients is something else.
            """)
}

extension Judge {
    public static func letterBefore(_ lookedAt: ([[Double]]) throws -> Double) throws {
        let even = (1...4).map { n in Array(repeating: 1 / Double(n), count: n) }
        try expect(try lookedAt(even), 1, "a head that looks evenly")
        let before: [[Double]] = [[1], [1, 0], [0, 1, 0], [0, 0, 1, 0]]
        try expect(
            try lookedAt(before), 3 / (1.0 / 2 + 1.0 / 3 + 1.0 / 4),
            "a head that looks at nothing but the letter before",
            mistakes: [
                ("that is the mean of the shares, and not how often more than evenly", 1),
                ("position 0 has no letter before it", 4 / (1 + 1.0 / 2 + 1.0 / 3 + 1.0 / 4)),
                ("that is a mean of quotients: add up both first", 3),
            ])
        let itself: [[Double]] = [[1], [0, 1], [0, 0, 1]]
        try expect(
            try lookedAt(itself), 0, "a head that looks at nothing but itself",
            mistakes: [("that is how much it looks at itself", 2 / (1.0 / 2 + 1.0 / 3))])
        // A real head, which is not that simple.
        var rng = PythonRandom(seed: 42)
        let gpt = GPT(.gist, Tokenizer(documents: ["emma"]), &rng)
        let map = AttentionMap(try ForwardTrace(of: "emma", by: gpt))
        let weights = map.weights[0][0]
        let rows = weights.dropFirst()
        try expect(
            try lookedAt(weights),
            rows.reduce(0) { $0 + $1[$1.count - 2] } / rows.reduce(0) { $0 + 1 / Double($1.count) },
            "head 0 of a model before training, at \"emma\"")
    }
}
