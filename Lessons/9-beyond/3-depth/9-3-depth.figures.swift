import Beyond
import Course
import Foundation
import Inspection
import MicroGPT

extension Figures {
    static let beyondDepth: [String: Figure] = [
        "depthGradients": depthGradients, "depthSizes": depthSizes,
        "depthDraws": depthDraws, "firstGradients": firstGradients,
        "depthTrainings": depthTrainings, "zeroedTooMuch": zeroedTooMuch,
    ]

    /// A table that a release build printed: too long a training for this one. The tests of release
    /// builds print it again, and compare.
    ///
    /// - Returns: the cells of all lines below `heading`, up to an empty line.
    static func recorded(_ file: String, under heading: String) throws -> [[String]] {
        let path = "Tests/Fixtures/\(file)"
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw UserError("\(path): cannot be read; run this in the project's folder")
        }
        let lines = text.components(separatedBy: "\n")
        guard let start = lines.firstIndex(where: { $0.hasPrefix(heading) }) else {
            throw UserError("\(path): no line begins with \"\(heading)\"")
        }
        return lines[(start + 1)...].prefix { !$0.isEmpty }.map { line in
            line.split(separator: /\s{2,}/, omittingEmptySubsequences: false).map(String.init)
        }
    }

    private static func depthTable(_ heading: String, _ only: (Int) -> Bool) throws -> [String] {
        // The names of the designs have spaces in them, and numbers have none.
        let rows = try recorded("beyond-depth.txt", under: heading)
        let first = rows[0][0].prefix { !$0.isWhitespace }
        return table(
            [String(first)] + DeepGPT.designs.map(\.name),
            rows.dropFirst().enumerated().filter { only($0.offset) }.map { $0.element })
    }

    @Sendable static func depthGradients() throws -> [String] {
        try depthTable("the same in 12 layers") { $0.isMultiple(of: 3) }
    }

    /// Before layer 0, in a model of one layer and in the deepest: pre-norm, and with the last norm.
    @Sendable private static func firstGradients() throws -> [String] {
        let rows = try recorded(
            "beyond-depth.txt", under: "gradient of the loss by x before layer 0")
        return [1, 2].flatMap { design in [rows[1], rows[rows.count - 1]].map { $0[design] } }
    }

    @Sendable static func depthDraws() throws -> [String] {
        try depthTable("depth 0 divided by depth 12") { _ in true }
    }

    @Sendable static func depthSizes() throws -> [String] {
        try depthTable("size of x in 12 layers") { $0.isMultiple(of: 6) }
    }

    /// The losses before and after training.
    @Sendable private static func depthTrainings() throws -> [String] {
        let record = try ExperimentRecord(contentsOf: Experiment.depth.record)
        return table(
            ["design", "before training"]
                + record.steps.flatMap { ["\(grouped($0)) steps", "against \(record.designs[0])"] },
            record.designs.map { design in
                [design, record.estimate(1, design, steps: record.steps[0]).text]
                    + record.steps.flatMap { steps in
                        [
                            record.estimate(0, design, steps: steps).text,
                            design == record.designs[0]
                                ? ""
                                : ExperimentRecord.text(
                                    record.difference(0, design, steps: steps)),
                        ]
                    }
            })
    }

    /// How many numbers of the layers move in three steps, from outputs at zero and from all at zero.
    @Sendable static func zeroedTooMuch() throws -> [String] {
        var config = DeepGPT.config
        (config.nLayer, config.numSteps) = (2, 3)
        let names = ["emma", "olivia", "bavo"]
        let tokenizer = Tokenizer(documents: ["abcdefghijklmnopqrstuvwxyz"])
        let rows = try [("`attnWo` and `mlpFc2`", false), ("all six of each layer", true)].map {
            name, isAll in
            let model = try DeepGPT(config, tokenizer, .preNorm, .zero)
            let inLayers = model.gpt.layers.flatMap { $0.matrices.joined().joined() }
            if isAll { for p in inLayers { p.data = 0 } }
            let before = inLayers.map(\.data)
            _ = try model.gpt.train(on: names, loss: model.loss)
            let moved = zip(inLayers, before).count { $0.data != $1 }
            return [name, "\(moved) of \(inLayers.count)"]
        }
        return table(["start at zero", "numbers of the layers that moved in 3 steps"], rows)
    }
}
