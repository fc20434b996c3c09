import Beyond
import Course
import Foundation
import Inspection
import MicroGPT

extension Figures {
    static let beyondFeedForward: [String: Figure] = [
        "activationChoices": activationChoices,
        "geluApproximation": geluApproximation,
        "geluLowest": geluLowest,
        "feedForwardRecord": feedForwardRecord,
        "deadUnit": deadUnit,
        "feedForwardParameters": feedForwardParameters,
    ]

    static let beyondFeedForwardPictures: [String: Picture] = [
        "activationCurves": {
            chart("Three activations", "activation(x)") { activation, x in
                activation(Value(x)).data
            }
        },
        "activationSlopes": {
            chart("Their slopes", "slope at x") { activation, x in activation.slope(at: x) }
        },
    ]

    private static func name(_ activation: Activation) -> String {
        switch activation {
        case .relu: "relu(x)"
        case .squaredRelu: "relu(x)²"
        case .gelu: "gelu(x)"
        }
    }

    private static func chart(
        _ title: String, _ y: String, _ function: (Activation, Double) -> Double
    ) -> SVG {
        let xs = stride(from: -300.0, through: 200, by: 1).map { $0 / 100 }
        let curves = Activation.allCases.map { activation in
            Chart.Series(
                name(activation), xs.map { .init($0, function(activation, $0)) })
        }
        return Chart(x: .init("x"), y: .init(y, range: (-0.25, 2.2)), curves)
            .picture(title: title)
    }

    @Sendable private static func activationChoices() -> [String] {
        let head = Activation.allCases.flatMap { [name($0), "slope"] }
        return table(
            ["x"] + head + ["exact gelu(x)"],
            [-3, -1, -0.5, -0.1, 0, 0.1, 0.5, 1, 3].map { x in
                let cells = Activation.allCases.flatMap { activation in
                    [places(activation(Value(x)).data), places(activation.slope(at: x))]
                }
                return [short(x)] + cells + [places(exactGELU(x))]
            })
    }

    /// The largest difference between GELU with tanh and exact GELU, and where it is.
    @Sendable private static func geluApproximation() -> [String] {
        let points = (0...500).map { Double($0) / 100 }
        func error(_ x: Double) -> Double { abs(Activation.gelu(Value(x)).data - exactGELU(x)) }
        let worst = points.max { error($0) < error($1) } ?? .nan
        return [places(error(worst), 5), places(worst, 2)]
    }

    /// Where GELU is lowest, so that its slope changes sign.
    @Sendable private static func geluLowest() -> [String] {
        let lowest = (-300...0).map { Double($0) / 100 }.min {
            Activation.gelu(Value($0)).data < Activation.gelu(Value($1)).data
        }
        return [places(lowest ?? .nan, 2)]
    }

    /// Trainings with each, and the share of units that are off after them.
    @Sendable private static func feedForwardRecord() throws -> [String] {
        let record = try ExperimentRecord(contentsOf: Experiment.activation.record)
        let steps = record.steps[0]
        return table(
            ["", "held-out loss", "against relu(x)", "units off"],
            zip(Activation.allCases, record.designs).map { activation, design in
                [
                    name(activation), record.estimate(0, design, steps: steps).text,
                    activation == .relu
                        ? ""
                        : ExperimentRecord.text(record.difference(0, design, steps: steps)),
                    "\(places(100 * record.estimate(1, design, steps: steps).mean, 1)) %",
                ]
            })
    }

    /// One unit that should give 1, with a sum below 0 at first, and with one far below.
    @Sendable private static func deadUnit() -> [String] {
        let starts = [-0.5, -3.0].flatMap { (start: Double) in
            Activation.allCases.map { (start, $0) }
        }
        return table(
            ["unit", "its sum", "slope there", "output", "after 100 steps", "after 1,000"],
            starts.map { start, activation in
                let bias = Value(start)
                let first = activation(bias).data
                let later = [100, 900].map { steps in
                    for _ in 0..<steps {
                        (activation(bias) - 1).pow(2).backward()
                        bias.data -= 0.05 * bias.grad
                        bias.grad = 0
                    }
                    return activation(bias).data
                }
                return [name(activation), short(start), places(activation.slope(at: start))]
                    + ([first] + later).map { places($0) }
            })
    }

    @Sendable private static func feedForwardParameters() throws -> [String] {
        let gpt = try TrainingRun.start().gpt
        let block = FeedForwardGPT(gpt, .relu).blocks[0]
        let matrices = (block.w1 + block.w2).joined().count
        return ["\(matrices)", "\(block.b1.count + block.b2.count)"]
    }
}
