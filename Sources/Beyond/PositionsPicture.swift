import Foundation
import Inspection

/// The vectors of positions as a heat map: a row for each position, a column for each number; blue
/// is above zero, orange below, and the stronger the further.
public func positionsPicture(_ positions: SinusoidalPositions, count: Int) -> SVG {
    let cell = (width: 28.0, height: 10.0)
    let (left, top) = (64.0, 86.0)
    var svg = SVG(
        width: max(left + Double(positions.count) * cell.width + 40, 420),
        height: top + Double(count) * cell.height + 44, title: "Positions as waves")
    svg.text(svg.title, x: 24, y: 28, size: 15, bold: true)
    svg.text(
        "Down: the position. Across: its \(positions.count) numbers.", x: 24, y: 48, fill: .muted)
    for i in 0..<positions.count {
        svg.text(
            "\(i)", x: left + (Double(i) + 0.5) * cell.width, y: top - 8, size: 10, anchor: .middle,
            fill: .muted)
    }
    for t in 0..<count {
        let y = top + Double(t) * cell.height
        if t.isMultiple(of: 8) {
            svg.text("\(t)", x: left - 8, y: y + 9, size: 10, anchor: .end, fill: .muted)
        }
        for (i, number) in positions.vector(at: t).enumerated() {
            svg.rectangle(
                x: left + Double(i) * cell.width, y: y, width: cell.width - 1,
                height: cell.height - 1, fill: number < 0 ? .second : .accent,
                opacity: abs(number),
                tip: String(format: "position %ld, number %ld: %.4f", t, i, number))
        }
    }
    svg.text(
        "blue: above zero; orange: below; strongest at 1 and -1", x: left, y: svg.height - 16,
        fill: .muted)
    return svg
}
