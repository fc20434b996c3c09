import Course
import Foundation
import Inspection
import MicroGPT

extension Figures {
    static let adamCourse: [String: Figure] = [
        "stageLadder": stageLadder,
        "optimizerExperiment": {
            try ExperimentRecord(contentsOf: Experiment.optimizer.record).lines(of: 0)
        },
    ]

    /// What the stages' losses and names are, as their tests know them from CPython.
    private struct StageRecord: Decodable {
        let stage: String, parameters: Int, lossOfLastHundred: Double, samples: [String]
    }

    private static func stages() throws -> [StageRecord] {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(
            [StageRecord].self, from: Data(contentsOf: URL(filePath: "Lessons/stages/stages.json")))
    }

    private static func stageLadderPicture() throws -> SVG {
        let stages = try stages()
        let short = ["counting", "by hand", "autograd", "attention", "heads", "Adam"]
        return Chart(
            x: .init(
                "", range: (-0.5, 5.5), ticks: short.enumerated().map { (Double($0), $1) }),
            y: .init("loss of the last hundred names", range: (2.4, 2.62)),
            [
                .init(
                    "loss",
                    stages.enumerated().map {
                        .init(
                            Double($0), $1.lossOfLastHundred, label: places($1.lossOfLastHundred, 2)
                        )
                    }, as: .points(.circle), namePlace: .hidden)
            ]
        ).picture(title: "What each stage brought")
    }

    @Sendable private static func stageLadder() throws -> [String] {
        let stages = try stages()
        return table(
            ["stage", "numbers", "loss of the last hundred names", "names it makes"],
            stages.map { stage in
                [
                    stage.stage, grouped(stage.parameters), places(stage.lossOfLastHundred),
                    stage.samples.joined(separator: ", "),
                ]
            })
    }

    static let adamPictures: [String: Picture] = [
        "oneStep": { oneStep() }, "theFile": { try theFile() },
        "stageLadderPicture": { try stageLadderPicture() }, "twoVersions": { twoVersions() },
    ]

    private static func oneStep() -> SVG {
        var svg = SVG(
            height: 300, title: "One step of training",
            summary:
                "A name goes into the model, which gives 27 shares at each position. Loss: how "
                + "surprised it is by the next letter. Backward: a gradient for each of the "
                + "parameters. Update: each moves a little. Then the next name.")
        func box(_ text: String, _ detail: String, x: Double, y: Double, _ role: SVG.Role) {
            svg.rectangle(
                x: x - 66, y: y - 26, width: 132, height: 52, radius: 10, fill: .paper, stroke: role
            )
            svg.text(text, x: x, y: y - 3, size: 15, anchor: .middle, bold: true)
            svg.text(detail, x: x, y: y + 15, size: 12, anchor: .middle, fill: .muted)
        }
        func way(_ points: [(x: Double, y: Double)]) {
            svg.polyline(points, stroke: .muted, width: 2)
            let (a, b) = (points[points.count - 2], points[points.count - 1])
            let (dx, dy) = (
                b.x > a.x ? 1.0 : b.x < a.x ? -1 : 0, b.y > a.y ? 1.0 : b.y < a.y ? -1 : 0
            )
            svg.polyline(
                [
                    (b.x - 8 * dx - 5 * dy, b.y - 8 * dy - 5 * dx), b,
                    (b.x - 8 * dx + 5 * dy, b.y - 8 * dy + 5 * dx),
                ], stroke: .muted, width: 2)
        }
        svg.text("emma", x: 90, y: 60, size: 16, anchor: .middle, bold: true, mono: true)
        way([(90, 68), (90, 92)])
        box("model", "27 shares each", x: 90, y: 120, .accent)
        way([(156, 120), (322, 120)])
        box("loss", "how surprised?", x: 390, y: 120, .second)
        way([(390, 146), (390, 212)])
        box("backward", "all the slopes", x: 390, y: 240, .second)
        way([(324, 240), (158, 240)])
        box("update", "each a little", x: 90, y: 240, .accent)
        way([(90, 214), (90, 148)])
        svg.text("and the next name", x: 240, y: 186, size: 13, anchor: .middle, fill: .muted)
        return svg
    }

    /// The parts of the single file, each as high as it has lines of code.
    private static func theFile() throws -> SVG {
        let text = try String(
            contentsOfFile: "Sources/MicroGPT/MicroGPT.swift", encoding: .utf8)
        var parts: [(name: String, lines: Int)] = []
        for line in text.components(separatedBy: "\n") {
            if let match = line.firstMatch(of: /MARK: - (.+?) \(/) {
                parts.append((String(match.1), 0))
            } else if isCode(line), !parts.isEmpty {
                parts[parts.count - 1].lines += 1
            }
        }
        let all = parts.reduce(0) { $0 + $1.lines }
        let said = parts.map { "\($0.name) \($0.lines)" }.joined(separator: ", ")
        var svg = SVG(
            height: 52 + Double(all) * 1.3 + Double(parts.count) * 4,
            title: "\(all) lines of code, top to bottom",
            summary: "The parts of the single file, with their lines of code: \(said).")
        var y = 44.0
        for (i, part) in parts.enumerated() {
            let height = Double(part.lines) * 1.3
            svg.rectangle(
                x: 150, y: y, width: 200, height: height, radius: 3,
                fill: i % 2 == 0 ? .accent : .second, opacity: 0.75)
            svg.text(
                part.name.hasPrefix("The ") ? "the model" : part.name.lowercased(), x: 138,
                y: y + height / 2 + 5, size: 14, anchor: .end, bold: part.name.hasPrefix("The"))
            svg.text("\(part.lines)", x: 362, y: y + height / 2 + 5, size: 13, fill: .muted)
            y += height + 4
        }
        return svg
    }

    /// What differs between the presets, as three little drawings.
    private static func twoVersions() -> SVG {
        var svg = SVG(
            height: 270, title: "lesson, and gist",
            summary:
                "Learning rate: half a wave of a cosine, and a straight line. Starting numbers: "
                + "close to 0 for lesson, four times as wide for gist. Activation: the square of relu, "
                + "and relu.")
        func plot(
            _ column: Int, _ row: Int, _ role: SVG.Role, _ f: (Double) -> Double
        ) {
            let (x, y) = (96 + Double(column) * 128, 64 + Double(row) * 96)
            svg.rectangle(x: x, y: y, width: 112, height: 76, radius: 6, stroke: .faint)
            svg.polyline(
                stride(from: 0, through: 1, by: 0.02).map {
                    (x + 6 + 100 * $0, y + 70 - 64 * f($0))
                }, stroke: role, width: 2.5)
        }
        for (i, name) in ["learning rate", "first numbers", "activation"].enumerated() {
            svg.text(name, x: 152 + Double(i) * 128, y: 54, size: 13, anchor: .middle)
        }
        func bell(_ x: Double, _ width: Double) -> Double { exp(-pow((x - 0.5) / width, 2) / 2) }
        for (row, config) in [Config.lesson, .gist].enumerated() {
            let role = row == 0 ? SVG.Role.accent : .second
            svg.text(
                row == 0 ? "lesson" : "gist", x: 82, y: 108 + Double(row) * 96, size: 14,
                anchor: .end, bold: true, mono: true)
            plot(0, row, role) { x in
                config.scheduledLearningRate(at: Int(x * Double(config.numSteps)))
                    / config.learningRate
            }
            plot(1, row, role) { bell($0, config.initStd * 2) }
            plot(2, row, role) { x in
                let z = max(0, 2 * x - 1)
                return config.activation == .relu ? z : z * z
            }
        }
        return svg
    }
}
