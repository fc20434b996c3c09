import Beyond
import Foundation
import Inspection
import MicroGPT
import PythonRandom

extension Figures {
    static let inferencePictures: [String: Picture] = [
        "temperaturePicture": temperaturePicture
    ]

    /// Token ids, the likeliest first.
    private static func ranked(_ probs: [Double]) -> [Int] {
        probs.indices.sorted { (-probs[$0], $0) < (-probs[$1], $1) }
    }

    private static func entropy(_ probs: [Double]) -> Double {
        probs.filter { $0 > 0 }.map { -$0 * log($0) }.reduce(0, +)
    }

    @Sendable private static func temperatures() throws -> [String] {
        let gpt = try TrainedModel.load()
        let first = ranked(try gpt.nextProbabilities(after: "em", temperature: 1)).prefix(5)
        let header = first.map { gpt.name(of: $0) }.joined(separator: " | ")
        return [
            "| temperature | \(header) | the other \(gpt.tokenizer.vocabSize - 5) | entropy |",
            "|---|---|---|---|---|---|---|---|",
        ]
            + (try [0.1, 0.5, 1, 2, 1000].map { temperature in
                let probs = try gpt.nextProbabilities(after: "em", temperature: temperature)
                let cells = first.map { shown(probs[$0]) }
                let rest = probs.reduce(0, +) - first.map { probs[$0] }.reduce(0, +)
                return "| \(String(format: "%g", temperature)) | \(cells.joined(separator: " | ")) "
                    + "| \(shown(rest)) | \(shown(entropy(probs))) |"
            })
    }

    /// Four pictures of the same probabilities, from cold to hot.
    @Sendable private static func temperaturePicture() throws -> SVG {
        let gpt = try TrainedModel.load()
        let order = ranked(try gpt.nextProbabilities(after: "em", temperature: 1)).prefix(12)
        let names = order.map { $0 == gpt.tokenizer.bos ? "·" : gpt.name(of: $0) }
        let panels = try [0.2, 0.5, 1, 2].map { temperature in
            let probs = try gpt.nextProbabilities(after: "em", temperature: temperature)
            let bars = Chart.Series(
                "probability",
                order.enumerated().map { i, id in
                    .init(
                        Double(i), probs[id],
                        label: i == 0 ? "\((100 * probs[id]).rounded().formatted())%" : nil,
                        tip: "\(gpt.name(of: id)): \(shown(probs[id]))")
                }, as: .columns(width: 0.75), namePlace: .hidden)
            return (
                name: "temperature \(String(format: "%g", temperature))",
                chart: Chart(
                    x: .init(
                        "", range: (-1, Double(names.count) - 0.4),
                        ticks: names.enumerated().map { (Double($0), $1) }),
                    y: .init("", range: (0, 1.1)), [bars])
            )
        }
        return Chart.picture(title: "What follows \"em\", at four temperatures", panels)
    }

}

private func shown(_ number: Double, _ decimals: Int = 4) -> String {
    places(number, decimals)
}
