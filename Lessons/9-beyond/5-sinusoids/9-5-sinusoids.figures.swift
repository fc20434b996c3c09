import Inspection
import Beyond
import Course
import Foundation
import MicroGPT

extension Figures {
    static let beyondPositions: [String: Figure] = [
        "positionVectors": positionVectors, "positionTrainings": positionTrainings,
        "unreachedPositions": unreachedPositions, "longNames": longNames,
        "positionsDrownTokens": positionsDrownTokens,
    ]

    static let beyondPositionsPictures: [String: Picture] = ["unreachedPicture": unreachedPicture]

    @Sendable static func positionVectors() -> [String] {
        let positions = SinusoidalPositions(count: 6)
        return table(
            ["position"]
                + positions.frequencies.flatMap { w in
                    ["sin \(places(w))t", "cos \(places(w))t"]
                },
            [0, 1, 2, 10].map { t in
                ["\(t)"] + positions.vector(at: t).map { places($0) }
            })
    }

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

    /// How many held-out names are measured there, and how many of them reach the last position.
    @Sendable private static func longNames() throws -> [String] {
        let names = splitHeldOut(try TrainingRun.documents()).heldOut.map(\.unicodeScalars.count)
        return [8, 10].map { length in "\(names.count { $0 >= length })" }
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

    /// How alike the vectors of all letters are at a position, before training.
    @Sendable static func positionsDrownTokens() throws -> [String] {
        let (gpt, _) = try TrainingRun.start(.gist)
        let waves = SinusoidalPositions(count: gpt.config.nEmbd)
        let small = gpt.config.initStd * 2.0.squareRoot()
        func row(_ name: String, _ position: (Int) -> [Double]) -> [String] {
            [name]
                + [0, 1, 5, 15].map { t in
                    let xs = (0..<26).map { id in
                        rmsnorm(zip(gpt.wte[id], position(t)).map { $0 + $1 }).map(\.data)
                    }
                    // After the norm each has the length √nEmbd.
                    let cosines = xs.indices.flatMap { i in
                        xs[..<i].map { other in
                            mean(zip(xs[i], other).map { a, b in a * b })
                        }
                    }
                    return places(mean(cosines))
                }
        }
        return table(
            ["added to the letter", "position 0", "1", "5", "15"],
            [
                row("learned, before training") { gpt.wpe[$0].map(\.data) },
                row("waves of \(places(small, 2))") { t in
                    waves.vector(at: t).map { small * $0 }
                },
                row("waves of 1") { waves.vector(at: $0) },
                row("the number t itself") { t in
                    [Double](repeating: Double(t), count: gpt.config.nEmbd)
                },
            ])
    }
}
