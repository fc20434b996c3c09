import Inspection
import Beyond
import Foundation
import MicroGPT

extension Figures {
    static let beyondPositions: [String: Figure] = [
        "positionVectors": positionVectors, "positionTrainings": positionTrainings,
        "positionsDrownTokens": positionsDrownTokens,
    ]

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

    @Sendable static func positionTrainings() throws -> [String] {
        let rows = try recorded("beyond-positions.txt", under: "1000 steps on positions 0 to 5")
        return table(rows[0], Array(rows.dropFirst().prefix { !$0[0].hasPrefix("*") }))
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
