import Course
import Foundation
import Inspection
import MicroGPT

extension Figures {
    static let headsPictures: [String: Picture] = [
        "headsAsSlices": { headsAsSlices() },
        "layersAsFloors": { layersAsFloors() },
        "headsJobs": { try headsJobs() },
    ]
    static let headsCourse: [String: Figure] = [
        "headsShort": {
            let record = try headsRecord()
            let rows = ["1 head", "2 heads", "4 heads", "16 heads"].map { design in
                [design] + [1_000, 20_000].map { record.estimate(0, design, steps: $0).text }
            }
            return table(["held-out loss", "1,000 names", "20,000 names"], rows)
        },
        "headsLong": {
            [places(try headsRecord().estimate(0, "4 heads", steps: 20_000).mean)]
        },
        "headsLoss": { try headsRecord().lines(of: 0) },
        "headsJobsTable": {
            let record = try headsRecord()
            let designs = ["1 head", "2 heads", "4 heads", "8 heads", "16 heads"]
            let rows = (1..<record.measures.count).map { measure in
                [record.measures[measure], record.estimate(measure, "4 heads", steps: 1).text]
                    + designs.map { record.estimate(measure, $0, steps: 20_000).text }
            }
            return table(["the head that looks", "4 heads, before training"] + designs, rows)
        },
    ]

    private static func headsRecord() throws -> ExperimentRecord {
        try ExperimentRecord(contentsOf: Experiment.heads.record)
    }

    /// How far the head of a model that does most of a thing goes beyond looking evenly, before
    /// training and after.
    private static func headsJobs() throws -> SVG {
        let record = try headsRecord()
        let names = [
            "BOS", "the first letter", "the letter before", "itself", "vowels, from a consonant",
        ]
        let (left, right) = (168.0, 440.0)
        let long = record.steps.last ?? 1
        func value(_ job: Int, _ steps: Int) -> Estimate {
            record.estimate(job + 1, record.designs[0], steps: steps)
        }
        let most = names.indices.map { value($0, long).mean }.max() ?? 1
        func x(_ value: Double) -> Double { left + (right - left) * value / (most * 1.1) }
        let said = names.indices.map { job in
            "\(names[job]): \(value(job, long).text), before training \(value(job, 1).text)"
        }
        var svg = SVG(
            height: 330, title: "The head that looks most at …",
            summary: "Times as much as if it looked at all positions alike. "
                + said.joined(separator: "; ") + ".")
        svg.line(from: (x(1), 44), to: (x(1), 262), stroke: .muted)
        svg.text("1: all alike", x: x(1) + 4, y: 54, size: 12, fill: .muted)
        for (job, name) in names.enumerated() {
            let y = 66 + Double(job) * 40
            svg.text(name, x: left - 8, y: y + 18, size: 13, anchor: .end)
            for (steps, role, dy) in [
                (long, SVG.Role.accent, 0.0), (1, .faint, 16),
            ] {
                let estimate = value(job, steps)
                svg.rectangle(
                    x: left, y: y + dy, width: x(estimate.mean) - left, height: 13, fill: role)
                let (a, b) = (
                    x(estimate.mean - estimate.standardError),
                    x(estimate.mean + estimate.standardError)
                )
                svg.line(from: (a, y + dy + 6.5), to: (b, y + dy + 6.5), stroke: .ink)
            }
        }
        svg.rectangle(x: 16, y: 276, width: 14, height: 12, fill: .accent)
        svg.text("trained for \(grouped(long)) names", x: 36, y: 287, size: 12)
        svg.rectangle(x: 236, y: 276, width: 14, height: 12, fill: .faint)
        svg.text("before training", x: 256, y: 287, size: 12)
        svg.text(
            "Of four heads the one that does it most; mean of five models, standard error.",
            x: 16, y: 314, size: 12, fill: .muted)
        return svg
    }

    private static let sliceRoles: [SVG.Role] = [.accent, .second, .muted, .ink]

    /// 16 numbers in a row, each head's four in its colour.
    private static func cells(_ svg: inout SVG, y: Double, sliced: Bool = true) {
        for i in 0..<16 {
            svg.rectangle(
                x: 92 + Double(i) * 23, y: y, width: 20, height: 20, radius: 3,
                fill: sliced ? sliceRoles[i / 4] : .faint, opacity: sliced ? 0.75 : 1)
        }
    }

    private static func headsAsSlices() -> SVG {
        var svg = SVG(
            height: 362, title: "Four heads, each with its own four numbers",
            summary:
                "The 16 numbers of q, k and v are cut into four slices: 0 to 4, 4 to 8, 8 to 12 "
                + "and 12 to 16. Each head compares, shares and blends with its slices alone. The four "
                + "results stand side by side, 16 numbers again, and the matrix attnWo mixes them.")
        for (i, name) in ["q", "k", "v"].enumerated() {
            svg.text(name, x: 76, y: 65 + Double(i) * 26, size: 14, anchor: .end, mono: true)
            cells(&svg, y: 50 + Double(i) * 26)
        }
        for h in 0..<4 {
            let x = 92 + Double(h) * 92
            svg.arrow(from: (x + 44, 128), to: (x + 44, 150))
            svg.rectangle(
                x: x, y: 152, width: 88, height: 58, radius: 8, fill: .paper, stroke: sliceRoles[h])
            svg.text("head \(h)", x: x + 44, y: 171, size: 13, anchor: .middle, bold: true)
            svg.text(
                "\(4 * h)..<\(4 * h + 4)", x: x + 44, y: 187, size: 12, anchor: .middle, mono: true)
            svg.text("looks, blends", x: x + 44, y: 203, size: 11, anchor: .middle, fill: .muted)
            svg.arrow(from: (x + 44, 210), to: (x + 44, 234))
        }
        svg.text("xAttn", x: 76, y: 251, size: 14, anchor: .end, mono: true)
        cells(&svg, y: 236)
        svg.arrow(from: (275, 258), to: (275, 276))
        svg.rectangle(
            x: 92, y: 278, width: 365, height: 30, radius: 8, fill: .paper, stroke: .muted)
        svg.text(
            "attnWo: every result sees all 16 numbers", x: 275, y: 297, size: 13, anchor: .middle)
        svg.arrow(from: (275, 308), to: (275, 326))
        svg.text("x", x: 76, y: 343, size: 14, anchor: .end, mono: true)
        cells(&svg, y: 328, sliced: false)
        return svg
    }

    /// The same block, floor upon floor, along the residual stream.
    private static func layersAsFloors() -> SVG {
        var svg = SVG(
            height: 330, title: "Layers: the same block again, with matrices of its own",
            summary:
                "A vector goes down a straight road. In each layer attention and MLP read it and "
                + "add to it. After layer 0 comes layer 1, of the same form. Then lmHead makes logits."
        )
        svg.text("wte + wpe", x: 240, y: 54, size: 13, anchor: .middle, mono: true)
        for layer in 0..<2 {
            let y = 66 + Double(layer) * 104
            svg.rectangle(
                x: 70, y: y, width: 340, height: 90, radius: 10, fill: .paper, stroke: .faint)
            svg.text("layer \(layer)", x: 84, y: y + 20, size: 12, fill: .muted)
            for (i, name) in ["attention", "MLP"].enumerated() {
                let top = y + 12 + Double(i) * 40
                svg.rectangle(
                    x: 280, y: top, width: 110, height: 30, radius: 6, fill: .paper,
                    stroke: i == 0 ? .accent : .second)
                svg.text(name, x: 335, y: top + 20, size: 13, anchor: .middle)
                svg.line(from: (240, top + 8), to: (280, top + 8), stroke: .muted)
                svg.line(from: (280, top + 23), to: (240, top + 23), stroke: .muted)
                svg.text("+", x: 226, y: top + 28, size: 16, anchor: .middle, bold: true)
            }
        }
        svg.polyline([(240, 60), (240, 290)], stroke: .ink, width: 3)
        svg.text("lmHead → logits", x: 240, y: 310, size: 13, anchor: .middle, mono: true)
        return svg
    }
}
