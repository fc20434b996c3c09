import Beyond
import Course
import Foundation
import Inspection
import MicroGPT
import PythonRandom

extension Figures {
    static let beyondDepth: [String: Figure] = [
        "depthGradients": depthGradients, "depthSizes": depthSizes,
        "depthTrainings": depthTrainings,
    ]
    static let beyondDepthPictures: [String: Picture] = [
        "depthDraws": depthDraws, "randomSteps": { randomSteps() },
    ]

    /// A walk of a first step and 24 more, each in a random direction; and the same with small ones.
    private static func randomSteps() -> SVG {
        var svg = SVG(
            height: 276, title: "25 steps, and how far do you get?",
            summary:
                "Left, a walk of 25 steps in random directions ends on a circle with a radius of about "
                + "five steps. Right, after the first step all others are small, and it ends close by."
        )
        for (x, share, name) in [
            (132.0, 1.0, "every block writes as much"),
            (364, 1 / 24.0.squareRoot(), "a small start"),
        ] {
            let (y, scale) = (142.0, 18.0)
            var (rng, path) = (PythonRandom(seed: 45), [(x: x, y: y)])
            for step in 0..<25 {
                let (angle, length) = (rng.random() * 2 * .pi, scale * (step == 0 ? 1 : share))
                let last = path[path.count - 1]
                path.append((last.x + length * cos(angle), last.y + length * sin(angle)))
            }
            svg.circle(x: x, y: y, radius: 5 * scale, stroke: .faint)
            svg.polyline(path, stroke: .accent, width: 2.5)
            svg.circle(x: x, y: y, radius: 6, fill: .ink)
            svg.circle(x: path[25].x, y: path[25].y, radius: 6, fill: .second)
            svg.text(name, x: x, y: 264, size: 14, anchor: .middle, bold: true)
        }
        return svg
    }

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
