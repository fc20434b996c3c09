import Course
import Inspection
import MicroGPT
import PythonRandom

extension Exercise {
    static let sampleToken = Exercise(
        "6-5-sample-token", "temperature, and a draw by cumulative sums",
        ["sampleToken": "Judge.sampleToken"],
        hints: """
            - Plain numbers, no `Value`. Logits can be as large as 1000: which one can you take
              off all of them before `exp`?
            - "Beyond" means greater, not equal: a token whose probability is 0 is never drawn,
              not even if `random` is 0.
            - Sums are rounded, and the last may be a little less than 1. If no part ends beyond
              `random`, it is the last token.
            """)
}

extension Judge {
    /// The right token is `PythonRandom.choice`'s, which CPython's own choices are compared with.
    public static func sampleToken(
        _ answer: ([Double], _ temperature: Double, _ random: Double) throws -> Int
    ) throws {
        func place(_ logits: [Double], _ temperature: Double, _ random: Double) -> String {
            "sampleToken(\(logits), temperature: \(temperature), random: \(random))"
        }
        // At temperature 0.5 the parts end at 0.8668… and 0.9841…
        let cases: [(logits: [Double], temperature: Double, random: Double, token: Int)] = [
            ([2, 1, 0], 1, 0.6, 0), ([2, 1, 0], 1, 0.7, 1), ([2, 1, 0], 1, 0.95, 2),
            ([2, 1, 0], 0.5, 0.7, 0), ([2, 1, 0], 0.5, 0.95, 1), ([2, 1, 0], 2, 0.6, 1),
            ([0, 0], 1, 0.5, 1), ([0, 0], 1, 0, 0),
            ([1000, 1001], 1, 0.2, 0), ([1000, 1001], 1, 0.3, 1),
            ([0, 1000], 1, 0, 1), ([0, 1], 0.001, 0, 1), ([-1000, -1000, -2000], 1, 0.75, 1),
        ]
        for (logits, temperature, random, token) in cases {
            try expectEqual(
                try answer(logits, temperature, random), token,
                place(logits, temperature, random))
        }
        var rng = PythonRandom(seed: 42)
        for round in 0..<200 {
            let logits = (0..<5).map { _ in rng.gauss(0, 2) }
            let temperature = [0.1, 0.5, 1, 3][round % 4]
            let probs = MicroGPT.softmax(logits.map { Value($0) / temperature }).map(\.data)
            var copy = rng
            let random = copy.random()
            try expectEqual(
                try answer(logits, temperature, random), rng.choice(weights: probs),
                place(logits, temperature, random))
        }
    }
}
