import Inspection
import Beyond
import Course
import Foundation
import MicroGPT

extension Figures {
    static let beyondDropout: [String: Figure] = [
        "dropoutStopping": dropoutStopping, "lossesOfStopping": lossesOfStopping,
        "dropoutOnAllNames": {
            try ExperimentRecord(contentsOf: Experiment.plenty.record).lines(of: 0)
        },
    ]

    static let beyondDropoutPictures: [String: Picture] = [
        "dropoutCurves": dropoutCurves, "whoIsMissing": { whoIsMissing() },
    ]

    private static func dropoutRecord() throws -> ExperimentRecord {
        try ExperimentRecord(contentsOf: Experiment.dropout.record)
    }

    /// Each training where the 50 names to choose by cost least, measured on those held out; and how
    /// far that is from the same without dropout.
    @Sendable private static func dropoutStopping() throws -> [String] {
        let record = try dropoutRecord()
        let first = record.stopped(record.designs[0], by: 1)
        return table(
            ["", "stopped after", "held-out loss", "against stopping alone"],
            record.designs.map { design in
                let runs = record.stopped(design, by: 1)
                let steps = Set(runs.map(\.steps)).sorted().map(grouped).joined(separator: ", ")
                let gain = zip(runs, first).map { $0.values[0] - $1.values[0] }
                return [
                    design, steps, Estimate(runs.map { $0.values[0] }).text,
                    design == record.designs[0] ? "" : ExperimentRecord.text(Estimate(gain)),
                ]
            })
    }

    /// Without dropout, the mean loss of held-out names: at the end, and where it was stopped.
    @Sendable private static func lossesOfStopping() throws -> [String] {
        let record = try dropoutRecord()
        let (design, steps) = (record.designs[0], record.steps[record.steps.count - 1])
        let stopped = record.stopped(design, by: 1).map { $0.values[0] }
        return [record.estimate(0, design, steps: steps).mean, mean(stopped)].map { places($0, 2) }
    }

    @Sendable private static func dropoutCurves() throws -> SVG {
        let record = try dropoutRecord()
        return record.picture(
            title: "50 names to train on: where to stop", of: Array(record.designs.prefix(4)))
    }

    /// A small network at two steps of a training, and when it is used.
    private static func whoIsMissing() -> SVG {
        var svg = SVG(
            height: 236, title: "Who is missing today?",
            summary:
                "The same small network three times. At two steps of a training, some of its numbers "
                + "are empty circles without lines, other ones at each step. In use all are there.")
        for (panel, (name, missing)) in [
            ("step 1", [0: [1], 1: [0, 3]]), ("step 2", [0: [2], 1: [1, 2]]), ("in use", [:]),
        ].enumerated() {
            let left = 34 + Double(panel) * 158
            func place(_ layer: Int, _ i: Int) -> (x: Double, y: Double) {
                (left + Double(layer) * 48, (layer == 1 ? 64 : 82) + Double(i) * 36)
            }
            let nodes = [3, 4, 3].enumerated().flatMap { layer, n in (0..<n).map { (layer, $0) } }
            func isThere(_ node: (Int, Int)) -> Bool { missing[node.0]?.contains(node.1) != true }
            for a in nodes where isThere(a) {
                for b in nodes where b.0 == a.0 + 1 && isThere(b) {
                    svg.line(from: place(a.0, a.1), to: place(b.0, b.1))
                }
            }
            for node in nodes {
                let (x, y) = place(node.0, node.1)
                svg.circle(
                    x: x, y: y, radius: 11, fill: isThere(node) ? .accent : .paper,
                    stroke: isThere(node) ? nil : .second)
            }
            svg.text(name, x: left + 48, y: 220, size: 14, anchor: .middle, bold: true)
        }
        return svg
    }
}
