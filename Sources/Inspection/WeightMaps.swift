import Foundation
import MicroGPT

/// What looks at what, in tables of weights from 0 to 1: one for each head, as many side by side as
/// leave room for the percents, or for shades at least.
///
/// - Parameters:
///   - rows: the tokens that look.
///   - columns: the tokens that they look at.
///   - layers: the name of each, which may be empty, and the weights by head, row and column; a
///     row may end before the last column.
///   - rowMeaning: what a row stands for.
public func weightMaps(
    title: String, rows: [String], columns: [String],
    layers: [(name: String, heads: [[[Double]]])], rowMeaning: String
) -> SVG {
    let (margin, gap, small) = (16.0, 14.0, SVG.smallFont)
    let label = 10 + (rows.map { SVG.width(of: $0) }.max() ?? 0)
    func cellSize(_ side: Int) -> Double {
        let room = (SVG.columnWidth - 2 * margin - Double(side - 1) * gap) / Double(side) - label
        return min(28, (room / Double(columns.count) * 4).rounded(.down) / 4)
    }
    let most = layers.map(\.heads.count).max() ?? 1
    // Where there are many maps, side by side is better than percents.
    let isMany = layers.reduce(0) { $0 + $1.heads.count } > 4
    let sides = [4, 2, 1].filter { $0 <= most }
    let perRow =
        sides.first { cellSize($0) >= 20 && !($0 == 1 && isMany) }
        ?? sides.first { cellSize($0) >= 12 } ?? 1
    let (cell, hasNumbers) = (cellSize(perRow), cellSize(perRow) >= 20)
    let mapHeight = 40 + cell * Double(rows.count) + gap
    let heights = layers.map { layer in
        (layer.name.isEmpty ? 0 : 20)
            + mapHeight * Double((layer.heads.count + perRow - 1) / perRow)
    }
    let summary = layers.map { layer in
        layer.heads.enumerated().map { h, head in
            let looks = zip(rows, head).compactMap { token, row in
                zip(columns, row).filter(\.1.isFinite).max { $0.1 < $1.1 }.map { column, weight in
                    String(format: "%@ looks most at %@, %.0f%%", token, column, 100 * weight)
                }
            }
            let place = layer.name.isEmpty ? "" : "\(layer.name), "
            return "\(place)head \(h): \(looks.joined(separator: "; "))."
        }
    }
    var svg = SVG(
        height: 44 + heights.reduce(0, +) + 26, title: title,
        summary: summary.joined().joined(separator: " "))

    // Where cells are narrower than letters, not every token has its name.
    let step = max(1, Int((12 / cell).rounded(.up)))
    func draw(_ head: [[Double]], x: Double, y: Double) {
        for (k, token) in columns.enumerated() where k.isMultiple(of: step) {
            svg.text(
                cellText(token), x: x + (Double(k) + 0.5) * cell, y: y - 5, anchor: .middle,
                mono: true)
        }
        for (q, row) in head.enumerated() {
            let down = y + Double(q) * cell
            if q.isMultiple(of: step) {
                svg.text(
                    cellText(rows[q]), x: x - 6, y: down + cell / 2 + 4, anchor: .end, mono: true)
            }
            for (k, weight) in row.enumerated() {
                let left = x + Double(k) * cell
                let tip = String(
                    format: "%ld “%@” looks at %ld “%@”: %.4f", q, rows[q], k, columns[k], weight)
                svg.rectangle(
                    x: left + 0.5, y: down + 0.5, width: cell - 1, height: cell - 1, radius: 2,
                    fill: .accent, opacity: weight.isFinite ? weight : 0, tip: tip)
                guard hasNumbers else { continue }
                // Ink is easier to read than paper on all but the strongest shades, in both modes.
                svg.text(
                    weight.isFinite ? String(format: "%.0f", 100 * weight) : "?",
                    x: left + cell / 2, y: down + cell / 2 + 4, size: small, anchor: .middle,
                    fill: weight > 0.8 ? .paper : .ink, tip: tip)
            }
            svg.rectangle(
                x: x, y: down, width: Double(row.count) * cell, height: cell, stroke: .faint)
        }
    }
    var top = 44.0
    for (layer, height) in zip(layers, heights) {
        var y = top
        if !layer.name.isEmpty {
            svg.text(layer.name, x: margin, y: y + 10, bold: true)
            y += 20
        }
        for (h, head) in layer.heads.enumerated() {
            let x =
                margin + label
                + Double(h % perRow) * (label + cell * Double(columns.count) + gap)
            let mapTop = y + Double(h / perRow) * mapHeight
            svg.text("head \(h)", x: x, y: mapTop + 12, fill: .muted)
            draw(head, x: x, y: mapTop + 34)
        }
        top += height
    }
    let unit = hasNumbers ? "in percent" : "stronger is more"
    svg.text(
        "Row: \(rowMeaning). Column: what it looks at, \(unit).", x: margin, y: svg.height - 14,
        fill: .muted)
    return svg
}

/// A token as it can stand in a cell.
func cellText(_ token: String) -> String {
    guard token.unicodeScalars.count == 1, let c = token.unicodeScalars.first else { return token }
    return c.properties.isWhitespace ? "␣" : c.isCommand ? "\u{FFFD}" : token
}
