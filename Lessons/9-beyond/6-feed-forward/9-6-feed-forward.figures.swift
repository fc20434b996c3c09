import Beyond
import Course
import Inspection
import MicroGPT

extension Figures {
    static let beyondFeedForward: [String: Figure] = ["feedForwardRecord": feedForwardRecord]
    static let beyondFeedForwardPictures: [String: Picture] = ["whereUnitsHear": whereUnitsHear]

    private static func name(_ activation: Activation) -> String {
        switch activation {
        case .relu: "relu"
        case .squaredRelu: "relu, squared"
        case .gelu: "GELU"
        }
    }

    /// Trainings with each, and the share of units that are off after them.
    @Sendable private static func feedForwardRecord() throws -> [String] {
        let record = try ExperimentRecord(contentsOf: Experiment.activation.record)
        let steps = record.steps[0]
        return table(
            ["", "held-out loss", "against relu", "units off"],
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

    /// The three curves, and where they have no slope at all.
    @Sendable private static func whereUnitsHear() -> SVG {
        var svg = SVG(
            height: 236, title: "Where does a unit hear the loss?",
            summary:
                "Three curves. Relu and its square lie flat on zero everywhere left of 0: deaf there. "
                + "GELU dips below zero and is flat almost nowhere.")
        for (i, activation) in Activation.allCases.enumerated() {
            let (x0, y0) = (106 + 152 * Double(i), 166.0)
            svg.line(from: (x0 - 82, y0), to: (x0 + 52, y0))
            svg.line(from: (x0, y0 + 20), to: (x0, 66))
            let xs = stride(from: -3, through: 1.85, by: 0.05).filter {
                activation(Value($0)).data < 2
            }
            func curve(_ xs: [Double]) -> [(x: Double, y: Double)] {
                xs.map { (x0 + 27 * $0, y0 - 48 * activation(Value($0)).data) }
            }
            svg.polyline(curve(xs), stroke: .accent, width: 4)
            let deaf = xs.filter { $0 <= 0 && activation.slope(at: $0) == 0 }
            if !deaf.isEmpty { svg.polyline(curve(deaf), stroke: .second, width: 8) }
            svg.text(
                name(activation), x: x0 - 16, y: 54, size: 15, anchor: .middle, bold: true)
            svg.text(
                deaf.isEmpty ? "hardly ever deaf" : "deaf below 0", x: x0 - 16, y: 212, size: 14,
                anchor: .middle, fill: deaf.isEmpty ? .accent : .second)
        }
        return svg
    }
}
