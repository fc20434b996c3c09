import Beyond
import Course
import Foundation
import Inspection
import MicroGPT

extension Figures {
    static let beyondDepth: [String: Figure] = [
        "depthGradients": depthGradients, "depthSizes": depthSizes,
        "depthTrainings": depthTrainings,
    ]
    static let beyondDepthPictures: [String: Picture] = ["depthDraws": depthDraws]

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

    /// Of each draw, how many times larger the gradient is below all layers than above them.
    @Sendable private static func depthDraws() throws -> SVG {
        let draws = try recorded("beyond-depth.txt", under: "depth 0 divided by depth 12")
            .dropFirst()
        let series = DeepGPT.designs.enumerated().map { i, design in
            Chart.Series(
                design.name, draws.compactMap { Double($0[i + 1]) }.map { .init($0, Double(i)) },
                as: .points(.circle), role: design.name == "GPT-2" ? .second : .accent,
                namePlace: .hidden)
        }
        return Chart(
            x: .init(
                "gradient at the bottom, divided by that at the top",
                range: (0.0004, 250), isLogarithmic: true,
                ticks: [
                    (0.001, "1/1000"), (0.01, "1/100"), (0.1, "1/10"), (1, "1"), (10, "10"),
                    (100, "100"),
                ], hasGrid: true),
            y: .init(
                "", range: (6.5, -0.5),
                ticks: DeepGPT.designs.enumerated().map { (Double($0), $1.name) }, hasGrid: false),
            series
        ).picture(
            title: "Twelve layers, eight fresh models of each design",
            note: ["Each dot is a model before training, reading emma."])
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
}
