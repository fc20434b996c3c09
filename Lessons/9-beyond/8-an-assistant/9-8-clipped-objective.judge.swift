import Course
import Foundation
import Inspection
import MicroGPT

extension Exercise {
    static let clippedObjective = Exercise(
        "9-8-clipped-objective", "what PPO makes large, and where it stops",
        ["clippedObjective": "Judge.clippedObjective"],
        hints: """
            - The ratio comes from the logarithms: exp(log p - log p when drawn).
            - `Value` has no `min`. It needs none: compare the two as plain numbers
              (`ratio.data`), and return the one that is smaller.
            - The clipped ratio is a plain number, so that nothing goes back through it:
              `Value(…)`.
            - What is clipped when A is below 0? Try a ratio of 1.5.
            """)
}

extension Judge {
    public static func clippedObjective(
        _ answer: (_ logProb: Value, _ drawn: Double, _ advantage: Double, _ clip: Double) throws ->
            Value
    ) throws {
        // Worked out by hand from the formula.
        let cases: [(ratio: Double, advantage: Double, clip: Double, objective: Double)] = [
            (1, 2, 0.2, 2), (1, -2, 0.2, -2), (1.1, 2, 0.2, 2.2), (0.9, -2, 0.2, -1.8),
            (1.5, 2, 0.2, 2.4), (0.5, 2, 0.2, 1), (0.5, -2, 0.2, -1.6), (1.5, -2, 0.2, -3),
            (1.5, 2, 0.4, 2.8), (0.8, -1, 0.1, -0.9),
        ]
        for (ratio, advantage, clip, objective) in cases {
            let place = "clippedObjective(ratio \(ratio), advantage: \(advantage), clip: \(clip))"
            let logProb = Value(log(0.25) + log(ratio))
            func function() throws -> Value { try answer(logProb, log(0.25), advantage, clip) }
            try expect(
                try function().data, objective, place,
                mistakes: [
                    (
                        "that is the clipped one: take the smaller of the two",
                        min(max(ratio, 1 - clip), 1 + clip) * advantage
                    ),
                    ("that is not clipped", ratio * advantage),
                ])
            try expectGradients(by: ["logProb": [logProb]], of: place, function)
        }
    }
}
