import Inspection

extension Figures {
    static let beyondNormsPictures: [String: Picture] = ["acrossOrDown": { acrossOrDown() }]

    /// What a number is measured against: its row, or its column.
    private static func acrossOrDown() -> SVG {
        var svg = SVG(
            height: 226, title: "Whom is one number compared with?",
            summary:
                "Two tables with a row for each of four names. Left, for layer norm, emma's row is "
                + "marked: a number is compared with its own name's others. Right, for batch norm, "
                + "a column is marked: a number is compared with those of the other names.")
        let names = ["emma", "olivia", "bavo", "mia"]
        for (left, isAcross) in [(78.0, true), (290, false)] {
            for (row, name) in names.enumerated() {
                let y = 46 + Double(row) * 32
                if isAcross { svg.text(name, x: left - 12, y: y + 19, size: 14, anchor: .end) }
                for column in 0..<5 {
                    let isSeen = isAcross ? row == 0 : column == 1
                    let isAsked = row == 0 && column == 1
                    svg.rectangle(
                        x: left + Double(column) * 32, y: y, width: 28, height: 28, radius: 4,
                        fill: isSeen ? (isAcross ? .accent : .second) : .faint,
                        stroke: isAsked ? .ink : nil, opacity: isSeen && !isAsked ? 0.6 : 1)
                }
            }
            svg.text(
                isAcross ? "layer norm: across" : "batch norm: down", x: left + 78, y: 198,
                size: 14, anchor: .middle, bold: true)
            svg.text(
                isAcross ? "emma's own numbers" : "everybody's numbers", x: left + 78, y: 216,
                size: 13, anchor: .middle, fill: .muted)
        }
        return svg
    }
}
