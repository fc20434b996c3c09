import Beyond
import Foundation
import Inspection
import MicroGPT

extension Figures {
    static let beyondFeedForward: [String: Figure] = [
        "bendsAtPoints": bendsAtPoints,
        "geluApproximation": geluApproximation,
        "feedForwardRecord": feedForwardRecord,
        "deadUnit": deadUnit,
        "feedForwardParameters": feedForwardParameters,
    ]

    static let beyondFeedForwardPictures: [String: Picture] = [
        "bends": {
            chart(
                "Three bends", x: "x", y: "bend(x)",
                curves(to: 2.2) { bend, x in bend(Value(x)).data })
        },
        "bendSlopes": {
            chart(
                "Their slopes", x: "x", y: "slope at x",
                curves(to: 2.2) { bend, x in bend.slope(at: x) }
            )
        },
    ]

    private static func name(_ bend: Bend) -> String {
        switch bend {
        case .relu: "relu(x)"
        case .squaredRelu: "relu(x)²"
        case .gelu: "gelu(x)"
        }
    }

    /// - Parameter end: the largest number shown on the y axis; a curve ends where it is above.
    private static func curves(
        to end: Double, _ function: (Bend, Double) -> Double
    ) -> [Curve] {
        let xs = stride(from: -300.0, through: 200, by: 1).map { $0 / 100 }
        return zip(Bend.allCases, [SVG.Role.ink, .second, .accent]).map { bend, role in
            let points = xs.map { (x: $0, y: function(bend, $0)) }
            return Curve(name: name(bend), role: role, points: points.filter { $0.y <= end })
        }
    }

    @Sendable private static func bendsAtPoints() -> [String] {
        let head = Bend.allCases.flatMap { [name($0), "slope"] }
        return table(
            ["x"] + head + ["exact gelu(x)"],
            [-3, -1, -0.5, -0.1, 0, 0.1, 0.5, 1, 3].map { x in
                let cells = Bend.allCases.flatMap { bend in
                    [places(bend(Value(x)).data), places(bend.slope(at: x))]
                }
                return [short(x)] + cells + [places(exactGELU(x))]
            })
    }

    /// The largest difference between GELU with tanh and exact GELU, and where it is.
    @Sendable private static func geluApproximation() -> [String] {
        let points = (0...500).map { Double($0) / 100 }
        func error(_ x: Double) -> Double { abs(Bend.gelu(Value(x)).data - exactGELU(x)) }
        let worst = points.max { error($0) < error($1) } ?? .nan
        return [places(error(worst), 5), places(worst, 2)]
    }

    /// Five trainings with each, in a release build: their output, which a test compares.
    @Sendable private static func feedForwardRecord() throws -> [String] {
        let text = try String(
            contentsOfFile: "Tests/Fixtures/beyond-feed-forward.txt", encoding: .utf8)
        return ["```", text, "```"]
    }

    /// One unit whose sum is -3 at first, and whose output should be 1.
    @Sendable private static func deadUnit() -> [String] {
        table(
            ["", "at first", "slope", "after 300 steps", "after 3,000 steps"],
            Bend.allCases.map { bend in
                let (x, bias) = (Value(1), Value(-4))
                func output() -> Value { bend(x + bias) }
                let first = [places(output().data), places(bend.slope(at: -3))]
                let later = [300, 2_700].map { steps in
                    for _ in 0..<steps {
                        (output() - 1).pow(2).backward()
                        bias.data -= 0.05 * bias.grad
                        bias.grad = 0
                    }
                    return places(output().data)
                }
                return [name(bend)] + first + later
            })
    }

    @Sendable private static func feedForwardParameters() throws -> [String] {
        let gpt = try TrainingRun.start().gpt
        let block = FeedForwardGPT(gpt, .relu).blocks[0]
        let matrices = (block.w1 + block.w2).joined().count
        return ["\(matrices)", "\(block.b1.count + block.b2.count)"]
    }
}
