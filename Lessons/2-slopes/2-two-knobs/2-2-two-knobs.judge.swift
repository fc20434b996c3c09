import Course
import Foundation
import Inspection

extension Exercise {
    static let twoKnobs = Exercise(
        "2-2-two-knobs", "a step downhill for any number of knobs",
        ["stepDownhill": "Judge.stepDownhill"],
        hints: """
            - The slope along knob i: copy the knobs, nudge number i of the copy, and read the
              loss; then the same the other way.
            - Every slope belongs to the place before the step. If you turn the first knob at
              once, the second one is felt somewhere else.
            - A knob whose slope is above zero goes down.
            """)
}

extension Judge {
    public typealias StepAnswer = (
        _ knobs: [Double], _ learningRate: Double, _ loss: ([Double]) -> Double
    ) throws -> [Double]

    public static func stepDownhill(_ step: StepAnswer) throws {
        let third = 1 / 3.0
        for (knobs, rate, loss, slopes, place) in [
            ([3], 0.1, { x in x[0] * x[0] }, { x in [2 * x[0]] }, "x * x"),
            (
                [1, 2], 0.1, { x in x[0] * x[0] + 3 * x[0] * x[1] },
                { x in [2 * x[0] + 3 * x[1], 3 * x[0]] }, "x * x + 3 * x * y"
            ),
            ([5, -1, 0], 0.5, { _ in 7 }, { _ in [0, 0, 0] }, "a loss that is always 7"),
            (
                [third, third], 0.1,
                { x in -(3 * log(x[0]) + 2 * log(x[1]) + log(1 - x[0] - x[1])) / 6 },
                { x in
                    let rest = 1 / (1 - x[0] - x[1])
                    return [-(3 / x[0] - rest) / 6, -(2 / x[1] - rest) / 6]
                }, "the lesson's loss"
            ),
        ] as [([Double], Double, ([Double]) -> Double, ([Double]) -> [Double], String)] {
            let name = "a step of \(short(rate)) on \(place), from \(text(knobs))"
            let gradient = slopes(knobs)
            func moved(_ factor: Double) -> [Double] {
                zip(knobs, gradient).map { $0 + factor * $1 }
            }
            // Each knob moves before the slope along the next is found.
            var oneByOne = knobs
            for i in knobs.indices { oneByOne[i] -= rate * slopes(oneByOne)[i] }
            try expectStep(
                try step(knobs, rate, loss), moved(-rate), name,
                mistakes: [
                    ("that is uphill: a knob goes against its slope", moved(rate)),
                    ("the learning rate is missing", moved(-1)),
                    ("that is the gradient; turn the knobs by it", gradient),
                    ("that is twice the slope: from x - h to x + h it is 2h", moved(-2 * rate)),
                    (
                        "a knob was turned before the slope along the next one was found",
                        oneByOne
                    ),
                ])
        }
    }

    /// To 6 digits, and not more: there are two roundings and a curve in each slope. Mistakes are known
    /// by 4, since there may be a one-sided nudge in them as well.
    private static func expectStep(
        _ actual: [Double], _ expected: [Double], _ place: String, mistakes: Mistakes<[Double]>
    ) throws {
        func isNear(_ numbers: [Double], digits: Double) -> Bool {
            actual.count == numbers.count
                && zip(actual, numbers).allSatisfy {
                    abs($0 - $1) <= pow(10, -digits) * max(1, abs($1))
                }
        }
        if isNear(expected, digits: 6) { return }
        let nearly = ("that is nearly it: nudge to both sides, by about 1e-5", expected)
        throw WrongAnswer(
            message: "\(place): expected \(rounded(expected)), got \(rounded(actual))",
            says: ([nearly] + mistakes).first { isNear($0.1, digits: 4) }?.0)
    }

    private static func rounded(_ numbers: [Double]) -> String {
        "[\(numbers.map { String(format: "%.6g", $0) }.joined(separator: ", "))]"
    }
}
