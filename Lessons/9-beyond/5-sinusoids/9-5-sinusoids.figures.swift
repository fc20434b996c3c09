import Inspection
import Beyond
import Course
import Foundation
import MicroGPT

extension Figures {
    static let beyondPositions: [String: Figure] = [
        "positionTrainings": positionTrainings, "unreachedPositions": unreachedPositions,
    ]

    static let beyondPositionsPictures: [String: Picture] = [
        "unreachedPicture": unreachedPicture, "clocks": { clocks() },
    ]

    @Sendable private static func positionTrainings() throws -> [String] {
        try ExperimentRecord(contentsOf: Experiment.positions.record).lines(of: 0)
    }

    /// At the positions that trainings have seen, and from there on.
    @Sendable private static func unreachedPositions() throws -> [String] {
        let record = try ExperimentRecord(contentsOf: Experiment.unreached.record)
        let first = record.designs[0]
        return table(
            ["", "positions 0 to 5", "against \(first)", "from 6 on", "against \(first)"],
            record.designs.map { design in
                [design]
                    + [0, 1].flatMap { measure in
                        [
                            record.estimate(measure, design, steps: record.steps[0]).text,
                            design == first
                                ? ""
                                : ExperimentRecord.text(
                                    record.difference(measure, design, steps: record.steps[0])),
                        ]
                    }
            })
    }

    /// The loss at each position, a line a design, with standard errors.
    @Sendable private static func unreachedPicture() throws -> SVG {
        let record = try ExperimentRecord(contentsOf: Experiment.unreached.record)
        let series = record.designs.map { design in
            Chart.Series(
                design,
                (2..<record.measures.count).map { measure in
                    let loss = record.estimate(measure, design, steps: record.steps[0])
                    return .init(Double(measure - 2), loss.mean, error: loss.standardError)
                })
        }
        return Chart(
            x: .init("position", ticks: (0..<11).map { (Double($0), "\($0)") }),
            y: .init("loss"), series
        ).picture(
            title: "Trained on positions 0 to 5, asked about all",
            note: [
                "Mean and standard error of \(Set(record.runs.map(\.seed)).count) trainings each, "
                    + "on held-out names of 8 letters or more."
            ])
    }

    /// The first four pairs of a vector of 16 as hands, at the first eight positions.
    private static func clocks() -> SVG {
        var svg = SVG(
            height: 300, title: "A position is what the clocks show there",
            summary:
                "Four rows of clocks over positions 0 to 7. The hands in the first row turn by a "
                + "sixth of a circle for each position, those in each further row more slowly; in the last "
                + "they have hardly moved.")
        let (waves, radius) = (SinusoidalPositions(count: 16), 21.0)
        for t in 0..<8 {
            let x = 62 + Double(t) * 54
            svg.text("\(t)", x: x, y: 56, size: 14, anchor: .middle, bold: true)
            for pair in 0..<4 {
                let (y, numbers) = (86 + Double(pair) * 54, waves.vector(at: t))
                let (sine, cosine) = (numbers[2 * pair], numbers[2 * pair + 1])
                svg.circle(x: x, y: y, radius: radius, stroke: .muted)
                svg.polyline(
                    [(x, y), (x + radius * sine, y - radius * cosine)], stroke: .accent, width: 3)
            }
        }
        svg.text("fast", x: 8, y: 90, size: 13, fill: .muted)
        svg.text("slow", x: 8, y: 252, size: 13, fill: .muted)
        return svg
    }
}
