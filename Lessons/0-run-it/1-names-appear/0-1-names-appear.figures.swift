import Inspection
import MicroGPT

extension Figures {
    static let namesAppearPictures: [String: Picture] = ["letterByLetter": letterByLetter]

    /// How the first sample of the training came about: at each step the letters that the model
    /// thinks likeliest, the larger the likelier, and the one that was drawn.
    @Sendable private static func letterByLetter() throws -> SVG {
        let gpt = try TrainedModel.load()
        let name = try TrainingRun.samples()[0]
        var svg = SVG(
            height: 226, title: "How “\(name)” was written",
            summary: "For each letter of \(name), the five likeliest next letters, larger where "
                + "they are likelier. A line joins those that were drawn.")
        let width = (svg.width - 24) / Double(name.count + 1)
        var drawn: [(x: Double, y: Double)] = []
        var columns: [() -> Void] = []
        for (i, next) in (name.map(String.init) + ["end"]).enumerated() {
            let x = 12 + width * (Double(i) + 0.5)
            let soFar = name.prefix(i)
            let probs = try gpt.nextProbabilities(after: String(soFar), temperature: 1)
            var top = probs.indices.sorted { (-probs[$0], $0) < (-probs[$1], $1) }.prefix(5)
                .map { (token: gpt.name(of: $0), p: probs[$0]) }
            for i in top.indices where top[i].token == "BOS" { top[i].token = "end" }
            var y = 76.0
            for (token, p) in top {
                let size = 13 + 62 * p
                y += 6 + size * 0.88
                if token == next { drawn.append((x, y - size * 0.3)) }
                let baseline = y
                columns.append {
                    svg.text(
                        token, x: x, y: baseline, size: token == "end" ? size * 0.7 : size,
                        anchor: .middle, fill: token == next ? .accent : .muted,
                        bold: token == next)
                }
            }
            columns.append {
                svg.text("after", x: x, y: 52, size: 12, anchor: .middle, fill: .muted)
                svg.text(
                    soFar.isEmpty ? "nothing" : String(soFar), x: x, y: 70, size: 14,
                    anchor: .middle, bold: true)
            }
        }
        svg.polyline(drawn, stroke: .accent, width: 2, opacity: 0.45, dashes: [2, 5])
        for draw in columns { draw() }
        return svg
    }
}
