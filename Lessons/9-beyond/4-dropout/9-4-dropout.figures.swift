import Inspection
import Beyond
import Course
import Foundation
import MicroGPT

extension Figures {
    static let beyondDropout: [String: Figure] = [
        "dropoutMasks": dropoutMasks, "dropoutBehindFunctions": dropoutBehindFunctions,
        "dropoutStopping": dropoutStopping, "lossesOfStopping": lossesOfStopping,
        "dropoutOnAllNames": {
            try ExperimentRecord(contentsOf: Experiment.plenty.record).lines(of: 0)
        },
    ]

    static let beyondDropoutPictures: [String: Picture] = ["dropoutCurves": dropoutCurves]

    @Sendable static func dropoutMasks() -> [String] {
        let x = (1...6).map { Value(Double($0)) }
        let dropout = Dropout(rate: 0.5, seed: 42)
        return table(
            ["", "numbers"],
            [["before", list(x, 0)]] + (1...3).map { ["call \($0)", list(dropout(x), 0)] })
    }

    /// What becomes of the mean of 1 behind a linear function, and behind one that is not.
    @Sendable static func dropoutBehindFunctions() -> [String] {
        let functions: [(String, (Value) -> Value)] = [
            ("3x + 1", { 3 * $0 + 1 }), ("relu(x - 1)", { ($0 - 1).relu() }),
            ("exp(x)", { $0.exp() }),
        ]
        let rows = functions.map { name, function in
            let dropout = Dropout(rate: 0.5, seed: 42)
            let results = (0..<10_000).map { _ in function(dropout([Value(1)])[0]).data }
            return ["`\(name)`", places(function(Value(1)).data), places(mean(results))]
        }
        return table(["function", "of 1", "mean over 10,000 masks"], rows)
    }

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
}
