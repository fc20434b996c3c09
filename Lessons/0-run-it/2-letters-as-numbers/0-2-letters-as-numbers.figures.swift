import Inspection
import MicroGPT

extension Figures {
    static let lettersAsNumbersPictures: [String: Picture] = ["pegs": pegs]

    /// The letters of "emma", and the numbered peg of each.
    @Sendable private static func pegs() throws -> SVG {
        let characters = Tokenizer(documents: try TrainingRun.namesInFile()).characters
        var svg = SVG(
            height: 236, title: "Each letter has a numbered peg",
            summary: "The letters a to z in a row with the numbers 0 to \(characters.count - 1). "
                + "Arrows lead from e, m, m, a to 4, 12, 12, 0.")
        let width = (svg.width - 16) / Double(characters.count)
        func x(_ id: Int) -> Double { 8 + width * (Double(id) + 0.5) }
        let ids = "emma".unicodeScalars.compactMap { characters.firstIndex(of: $0) }
        for (i, id) in ids.enumerated() {
            let letter = 150 + 60 * Double(i)
            svg.arrow(from: (letter, 88), to: (x(id) + Double(i % 2) * 4 - 2, 152), stroke: .accent)
            svg.text(
                String(characters[id]), x: letter, y: 80, size: 40, anchor: .middle, bold: true)
        }
        for (id, character) in characters.enumerated() {
            let isUsed = ids.contains(id)
            svg.rectangle(
                x: x(id) - width / 2 + 1, y: 156, width: width - 2, height: 42, radius: 3,
                fill: isUsed ? .accent : nil, stroke: isUsed ? nil : .faint)
            svg.text(
                String(character), x: x(id), y: 173, size: 14, anchor: .middle,
                fill: isUsed ? .paper : .ink, bold: isUsed)
            svg.text(
                "\(id)", x: x(id), y: 191, size: 11.5, anchor: .middle,
                fill: isUsed ? .paper : .muted, bold: isUsed)
        }
        svg.text(
            "emma = \(ids.map(String.init).joined(separator: ", "))", x: svg.width / 2, y: 224,
            size: 16, anchor: .middle, bold: true)
        return svg
    }
}
