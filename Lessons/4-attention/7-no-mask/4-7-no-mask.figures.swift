import Inspection

extension Figures {
    static let noMaskPictures: [String: Picture] = ["growingPile": growingPile]

    @Sendable private static func growingPile() throws -> SVG {
        let letters = ["·", "e", "m", "m", "a"]
        var svg = SVG(
            height: 330, title: "The pile grows, and nobody can look ahead",
            summary:
                "Five rows. In each, one more card lies on the pile: first the start, then e, m, m and "
                + "a. Where later cards will lie there is only a dashed outline.")
        for (row, letter) in letters.enumerated() {
            let y = 48 + 50 * Double(row)
            svg.text("\(letter) looks", x: 16, y: y + 26, size: 15, bold: true)
            for (column, card) in letters.enumerated() {
                let x = 96 + 72 * Double(column)
                if column > row {
                    svg.polyline(
                        [(x, y), (x + 60, y), (x + 60, y + 38), (x, y + 38), (x, y)],
                        stroke: .faint,
                        width: 2, dashes: [5, 5])
                    continue
                }
                svg.rectangle(
                    x: x, y: y, width: 60, height: 38, radius: 5,
                    fill: column == row ? .second : .accent,
                    opacity: column == row ? 0.45 : 0.3)
                svg.text(card, x: x + 30, y: y + 26, size: 18, anchor: .middle, bold: true)
            }
        }
        svg.rectangle(x: 96, y: 304, width: 16, height: 14, radius: 3, fill: .second, opacity: 0.45)
        svg.text("made now", x: 118, y: 316, size: 13)
        svg.rectangle(x: 204, y: 304, width: 16, height: 14, radius: 3, fill: .accent, opacity: 0.3)
        svg.text("kept", x: 226, y: 316, size: 13)
        svg.text("dashed: does not exist yet", x: 284, y: 316, size: 13, fill: .muted)
        return svg
    }
}
