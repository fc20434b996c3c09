import Inspection
import MicroGPT

extension Figures {
    static let drawingNamesPictures: [String: Picture] = ["dart": dart]

    /// The row of m as bars, the same bars laid end to end, and a dart.
    @Sendable private static func dart() throws -> SVG {
        let row = try Pairs.counts.get()[12].map { Double($0 + 1) }
        let probs = row.map { $0 / row.reduce(0, +) }
        let point = 0.64
        let ends = probs.indices.map { probs[...$0].reduce(0, +) }
        let hit = ends.firstIndex { point < $0 } ?? 0
        var svg = SVG(
            height: 300, title: "After m: lay the bars end to end, and throw a dart",
            summary: "Above, 27 bars, the longest for a and i. Below, the same lengths in a row "
                + "from 0 to 1; a dart at \(point) lands in the part of \(Pairs.characters[hit]).")
        let (left, width, base) = (16.0, svg.width - 32, 150.0)
        let column = width / Double(probs.count)
        for (i, p) in probs.enumerated() {
            let x = left + column * Double(i)
            let height = max(1, 260 * p)
            svg.rectangle(
                x: x + 2, y: base - height, width: column - 4, height: height,
                fill: i == hit ? .second : .accent)
            let letter = String(Pairs.characters[i])
            let size = letter == "·" ? 2.0 : 1
            svg.text(
                letter, x: x + column / 2, y: base + 12 + 4 * size, size: 12 * size,
                anchor: .middle, bold: i == hit)
            let (from, length) = (left + width * (ends[i] - p), width * p)
            svg.rectangle(
                x: from, y: 226, width: length, height: 34, fill: i == hit ? .second : .accent,
                stroke: .paper, opacity: i == hit || i % 2 == 0 ? 1 : 0.72)
            if p > 0.03 {
                svg.text(
                    letter, x: from + length / 2, y: 243 + 6 * size, size: 17 * size,
                    anchor: .middle, fill: .paper, bold: true)
            }
        }
        let x = left + width * point
        svg.arrow(from: (x, 190), to: (x, 224), stroke: .ink)
        svg.text("the dart: \(point)", x: x, y: 186, size: 14, anchor: .middle, bold: true)
        svg.text("0", x: left, y: 280, size: 13, fill: .muted)
        svg.text("1", x: left + width, y: 280, size: 13, anchor: .end, fill: .muted)
        return svg
    }
}
