import Course
import Inspection
import MicroGPT

extension Figures {
    static let timeToThink: [String: Figure] = ["unitsOn": unitsOn, "withoutMLP": withoutMLP]
    static let timeToThinkPictures: [String: Picture] = ["widenThinkNarrow": widenThinkNarrow]

    /// At each position of "christopher", what the model that was trained for longer has before the MLP, between
    /// its two matrices, and after it.
    private static let thoughts = Result {
        let gpt = try Checkpoint(contentsOf: TrainedModel.longer).gpt
        return try ForwardTrace(of: "christopher", by: gpt).positions.map { position in
            let relu = position.steps.lastIndex { $0.statement.contains("relu()") }!
            return (
                token: position.token, input: position.steps[relu - 2].values,
                units: position.steps[relu].values, output: position.steps[relu + 1].values
            )
        }
    }

    @Sendable private static func unitsOn() throws -> [String] {
        ["| at the letter | rules that are on, of 64 |", "|---|---|"]
            + (try thoughts.get().dropFirst().prefix(9).map { thought in
                let on = thought.units.indices.filter { thought.units[$0] > 0 }
                let list = on.map { $0 == 12 ? "**12**" : "\($0)" }.joined(separator: ", ")
                return "| `\(thought.token)` | \(on.isEmpty ? "none" : list) |"
            })
    }

    @Sendable private static func withoutMLP() throws -> [String] {
        try ExperimentRecord(contentsOf: Experiment.mlp.record).lines(of: 0)
    }

    @Sendable private static func widenThinkNarrow() throws -> SVG {
        let thought = try thoughts.get()[10]
        let on = thought.units.count { $0 > 0 }
        var svg = SVG(
            height: 330, title: "Widen, decide, narrow",
            summary:
                "A column of 16 numbers opens out to 64 cells, of which only a few are lit, and closes "
                + "again to 16.")
        func column(
            _ numbers: ArraySlice<Double>, x: Double, y: Double, width: Double, step: Double
        ) {
            let largest = thought.units.max() ?? 1
            for (i, number) in numbers.enumerated() {
                let place = y + step * Double(i)
                func cell(_ role: SVG.Role, _ opacity: Double) {
                    svg.rectangle(
                        x: x, y: place, width: width, height: step - 2, radius: 2, fill: role,
                        opacity: opacity)
                }
                cell(.faint, 0.5)
                if number != 0 {
                    cell(
                        number > 0 ? .accent : .second, 0.25 + 0.75 * min(abs(number) / largest, 1))
                }
            }
        }
        for (from, to) in [(84.0, 46.0), (248, 286)] {
            svg.polyline([(62, from), (126, to)], stroke: .muted, width: 2)
            svg.polyline([(354, to), (418, from)], stroke: .muted, width: 2)
        }
        column(thought.input[...], x: 26, y: 86, width: 32, step: 10)
        for c in 0..<4 {
            column(
                thought.units[16 * c..<16 * c + 16], x: 132 + 55 * Double(c), y: 46, width: 50,
                step: 15)
        }
        column(thought.output[...], x: 422, y: 86, width: 32, step: 10)
        svg.text("16", x: 42, y: 312, size: 15, anchor: .middle, bold: true)
        svg.text(
            "64 rules, and \(on) of them are on", x: 240, y: 312, size: 15, anchor: .middle,
            bold: true)
        svg.text("16", x: 438, y: 312, size: 15, anchor: .middle, bold: true)
        return svg
    }
}
