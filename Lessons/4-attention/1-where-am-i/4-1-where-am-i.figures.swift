import Course
import Inspection
import MicroGPT

extension Figures {
    static let whereAmI: [String: Figure] = ["positionsAlone": positionsAlone]
    static let whereAmIPictures: [String: Picture] = ["sameLetter": sameLetter]

    /// The loss of held-out names with neither positions nor attention, and with positions alone, after the
    /// longest training.
    @Sendable private static func positionsAlone() throws -> [String] {
        let record = try ExperimentRecord(contentsOf: Experiment.attention.record)
        return ["neither", "no attention"].map { design in
            places(record.estimate(0, design, steps: record.steps.last!).mean, 2)
        }
    }

    /// Rows of the embeddings of the model that was trained for longer, and their sums: an `a` in the second
    /// place and in the fourth, blue above zero and brown below.
    @Sendable private static func sameLetter() throws -> SVG {
        let gpt = try Checkpoint(contentsOf: TrainedModel.longer).gpt
        func numbers(_ row: [Value]) -> [Double] { row.map(\.data) }
        let (letter, places) = (numbers(gpt.wte[0]), [2, 4].map { numbers(gpt.wpe[$0]) })
        let largest = (letter + places.joined()).map(abs).max() ?? 1
        var svg = SVG(
            height: 288, title: "The same letter at two positions",
            summary:
                "Three strips of sixteen shaded cells: the row of the letter a, the row of position "
                + "2, and their sum. Below, the same letter a with position 4: another sum.")
        func strip(_ numbers: [Double], _ name: String, y: Double, bold: Bool = false) {
            svg.text(name, x: 16, y: y + 18, size: 13, bold: bold)
            for (i, number) in numbers.enumerated() {
                svg.rectangle(
                    x: 126 + 21 * Double(i), y: y, width: 19, height: 26, radius: 3,
                    fill: number > 0 ? .accent : .second,
                    opacity: 0.08 + 0.92 * min(abs(number) / largest, 1))
            }
        }
        for (i, (posID, place)) in zip([2, 4], places).enumerated() {
            let y = 44 + 128 * Double(i)
            strip(letter, "the letter a", y: y)
            strip(place, "+ position \(posID)", y: y + 34)
            strip(zip(letter, place).map { $0 + $1 }, "= x", y: y + 68, bold: true)
        }
        return svg
    }
}
