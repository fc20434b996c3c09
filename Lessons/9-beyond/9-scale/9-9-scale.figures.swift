import Beyond
import Efficiency
import Foundation
import Inspection
import MicroGPT

extension Figures {
    static let beyondScale: [String: Figure] = [
        "scaleRatios": scaleRatios, "scaleRates": scaleRates, "scaleMemory": scaleMemory,
    ]
    static let beyondScalePictures: [String: Picture] = ["speck": speck]

    private static let lesson = ModelSize(.lesson, vocabSize: 27)

    /// From embedding 16 to 64: how many times more work, and how many times more time.
    @Sendable private static func scaleRatios() throws -> [String] {
        let (small, large) = (try Ladder.record("ladder"), try Ladder.record("ladder-64"))
        let predicted =
            large.limit.multiplyAddsPerDocument / small.limit.multiplyAddsPerDocument
        let rows = small.rows.compactMap { row -> [String]? in
            let other = large.rows.first { $0.rung == row.rung && $0.threads == row.threads }
            guard row.threads == 1, let other else { return nil }
            let inLimits =
                (other.median / large.limit.microseconds)
                / (row.median / small.limit.microseconds)
            return [
                row.name, digits(row.median), digits(other.median), digits(predicted),
                digits(other.median / row.median), digits(predicted * inLimits),
            ]
        }
        return table(
            [
                "rung", "µs at 16", "µs at 64", "× by the formula", "× measured",
                "× if the core had been as fast both times",
            ], rows)
    }

    /// Billions of multiply-adds a second: in registers in both records, then in training at 64.
    @Sendable private static func scaleRates() throws -> [String] {
        let (small, large) = (try Ladder.record("ladder"), try Ladder.record("ladder-64"))
        return [
            small.limit.multiplyAddsPerSecond, large.limit.multiplyAddsPerSecond,
            try large.bestRate,
        ].map { digits($0 / 1e9) }
    }

    /// By the formula, for a step on names of all 16 positions, and as measured.
    @Sendable private static func scaleMemory() throws -> [String] {
        let rows = try ["ladder", "ladder-64"].flatMap { name in
            let ladder = try Ladder.record(name)
            var config = Config.gist
            (config.nEmbd, config.nHead) = (ladder.model.embedding, ladder.model.heads)
            let size = ModelSize(config, vocabSize: 27)
            return ladder.rows.compactMap { row -> [String]? in
                guard row.threads == 1, row.rung == .arrays || row.rung == .simd,
                    let measured = row.memoryBytes
                else { return nil }
                let bytes = row.rung == .simd ? 4.0 : 8.0
                let state = bytes * Double(size.stateNumbers)
                let activations =
                    bytes * Double(row.batch) * size.activationNumbers(positions: size.context)
                return [row.name, "\(size.width)", "\(row.batch)"]
                    + [state, activations, state + activations, Double(measured)].map {
                        places($0 / 1e6, 2)
                    }
            }
        }
        return table(
            ["rung", "width", "names", "state, MB", "activations, MB", "sum, MB", "measured, MB"],
            rows)
    }

    /// Models as squares, as large as they have parameters.
    @Sendable private static func speck() -> SVG {
        let (left, top, width, height) = (16.0, 44.0, 448.0, 300.0)
        var svg = SVG(
            height: top + height + 66, title: "If GPT-3 were this large",
            summary:
                "A large area is GPT-3. In it the smallest GPT-2 is a square as small as a letter, a "
                + "model that fits a laptop a dot, and the model of this course can't be seen.")
        func side(_ size: ModelSize) -> Double {
            (width * height * Double(size.paramCount) / Double(ModelSize.gpt3.paramCount))
                .squareRoot()
        }
        svg.rectangle(
            x: left, y: top, width: width, height: height, radius: 6, fill: .accent, opacity: 0.2)
        svg.text("GPT-3", x: left + 20, y: top + 40, size: 24, fill: .accent, bold: true)
        for (name, size, y) in [
            ("the smallest GPT-2", ModelSize.gpt2, 130.0),
            ("a model that fits a laptop", .lecture, 196), ("yours, in this circle", lesson, 262),
        ] {
            let side = side(size)
            svg.rectangle(
                x: 240 - side / 2, y: y - side / 2, width: side, height: side, fill: .second)
            svg.text(name, x: 258, y: y + 5, size: 15)
        }
        svg.circle(x: 240, y: 262, radius: 12, stroke: .second)
        for (i, line) in [
            "Areas stand for parameters. If this picture is \(Int(svg.width)) pixels wide,",
            "your square is \(places(side(lesson), 2)) of a pixel wide. It is there.",
        ].enumerated() {
            svg.text(line, x: left, y: top + height + 26 + 20 * Double(i), size: 13, fill: .muted)
        }
        return svg
    }
}
