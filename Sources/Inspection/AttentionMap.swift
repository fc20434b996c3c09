import Foundation

/// How much each position looks at each position before it, in every head of every layer.
public struct AttentionMap: Sendable {
    /// What the positions hold of it, with … if the context holds no more.
    public let document: String
    /// The tokens at the positions: a character each, and · for BOS.
    public let tokens: [String]
    /// By layer, head, query and key. A query has as many weights as there are keys so far; what
    /// comes later is not in the cache.
    public let weights: [[[[Double]]]]

    /// Heads that stand side by side.
    private static let headsInRow = 4

    /// From the weights in a trace.
    public init(_ trace: ForwardTrace) {
        tokens = trace.positions.map { Self.symbol($0.token) }
        let isCutOff = trace.positions.count < trace.tokens.count - 1
        document = tokens.dropFirst().joined() + (isCutOff ? "…" : "")
        let steps = trace.positions.map { $0.steps.filter { $0.name == "attnWeights" } }
        let layerCount = Set(steps[0].map(\.layer)).count
        weights = (0..<layerCount).map { layer in
            steps[0].filter { $0.layer == layer }.map { head in
                steps.flatMap { $0.filter { ($0.layer, $0.head) == (layer, head.head) } }
                    .map(\.values)
            }
        }
    }

    /// A character as it can stand in a cell.
    private static func symbol(_ token: String) -> String {
        guard token != "BOS", let scalar = token.unicodeScalars.first else { return "·" }
        if scalar.properties.isWhitespace { return "␣" }
        return scalar.isCommand ? "\u{FFFD}" : token
    }

    // MARK: - In the terminal

    /// The maps as text, 4 heads side by side if their lines are no longer than 80.
    ///
    /// - Parameter inColour: whether the shades are background colours of a terminal that has 256,
    ///   or characters.
    public func text(inColour: Bool) -> String {
        let mapWidth = max(2 + 2 * tokens.count, 7)
        let perRow = min(Self.headsInRow, max(1, (80 + 2) / (mapWidth + 2)))
        let all = inColour ? "10" : "██"
        var lines = [
            "\(document): how much rows look at columns, in tenths (\(all) is all, · is BOS)"
        ]
        for (li, heads) in weights.enumerated() {
            lines += ["", "layer \(li)"]
            for start in stride(from: 0, to: heads.count, by: perRow) {
                let chunk = start..<min(start + perRow, heads.count)
                if start > 0 { lines.append("") }
                func line(_ parts: [(text: String, width: Int)]) {
                    var text = ""
                    for (i, part) in parts.enumerated() {
                        let pad = i + 1 < parts.count ? mapWidth + 2 - part.width : 0
                        text += part.text + String(repeating: " ", count: pad)
                    }
                    lines.append(text)
                }
                line(chunk.map { ("head \($0)", "head \($0)".count) })
                let header = "  " + tokens.map { " \($0)" }.joined()
                line(chunk.map { _ in (header, header.count) })
                for q in tokens.indices {
                    line(
                        chunk.map { h in
                            let cells = heads[h][q].map { Self.cell($0, inColour) }.joined()
                            return ("\(tokens[q]) \(cells)", 2 + 2 * (q + 1))
                        })
                }
            }
        }
        return lines.joined(separator: "\n")
    }

    /// Two columns: a shade, and the weight in tenths.
    private static func cell(_ weight: Double, _ inColour: Bool) -> String {
        guard weight.isFinite else { return " ?" }
        let tenths = Int((10 * weight).rounded())
        if inColour {
            let text = tenths == 10 ? "10" : " \(tenths)"
            return "\u{1B}[38;5;\(tenths < 5 ? 231 : 16);48;5;\(colours[tenths])m\(text)\u{1B}[0m"
        }
        return tenths == 10 ? "██" : "\(shades[tenths / 2])\(tenths)"
    }

    private static let shades = [" ", "░", "▒", "▓", "█"]

    /// From dark blue to light yellow, each lighter than the one before, on any background.
    private static let colours = [17, 18, 24, 25, 31, 37, 43, 79, 121, 192, 229]

    // MARK: - As a picture

    /// The maps as a picture, 4 heads side by side, the next below.
    public var svg: SVG {
        let n = tokens.count
        let cell = Double(min(28, max(12, 160 / n)))
        let (margin, label, gap) = (20.0, 18.0, 22.0)
        let (side, top) = (cell * Double(n), 66.0)
        let (stepX, stepY) = (label + side + gap, 40 + side + gap)
        let columns = min(Self.headsInRow, weights[0].count)
        let rows = (weights[0].count + columns - 1) / columns
        let layerHeight = Double(rows) * stepY + 16
        var svg = SVG(
            width: max(2 * margin + Double(columns) * stepX - gap, 440),
            height: top + Double(weights.count) * layerHeight + 12,
            title: "Attention of “\(document)”")
        svg.text(svg.title, x: margin, y: 30, size: 16, bold: true)

        for (li, heads) in weights.enumerated() {
            let layerY = top + Double(li) * layerHeight
            svg.text("layer \(li)", x: margin, y: layerY, bold: true)
            for (h, head) in heads.enumerated() {
                let x = margin + label + Double(h % columns) * stepX
                let y = layerY + 16 + Double(h / columns) * stepY + 30
                svg.text("head \(h)", x: x, y: y - 24, fill: .muted)
                draw(head, in: &svg, x: x, y: y, cell: cell)
            }
        }
        let unit = Self.hasNumbers(cell) ? "in percent" : "stronger is more"
        svg.text(
            "Row: a position that looks. Column: what it looks at, \(unit). · is BOS.", x: margin,
            y: svg.height - 20, fill: .muted)
        return svg
    }

    private func draw(_ head: [[Double]], in svg: inout SVG, x: Double, y: Double, cell: Double) {
        let size = min(13, cell - 1)
        for (q, row) in head.enumerated() {
            let (along, down) = (x + Double(q) * cell, y + Double(q) * cell)
            svg.text(
                tokens[q], x: along + cell / 2, y: y - 5, size: size, anchor: .middle, mono: true)
            svg.text(
                tokens[q], x: x - 6, y: down + cell / 2 + size / 3, size: size, anchor: .end,
                mono: true)
            for (k, weight) in row.enumerated() {
                let left = x + Double(k) * cell
                let tip = "\(q) “\(tokens[q])” looks at \(k) “\(tokens[k])”: \(Self.places(weight))"
                svg.rectangle(
                    x: left + 0.5, y: down + 0.5, width: cell - 1, height: cell - 1, radius: 2,
                    fill: .accent, opacity: weight.isFinite ? weight : 0, tip: tip)
                guard Self.hasNumbers(cell) && weight.isFinite else { continue }
                // Ink is easier to read than paper on all but the strongest shades, in both modes.
                svg.text(
                    String(format: "%.0f", 100 * weight), x: left + cell / 2,
                    y: down + cell / 2 + 3.2, size: 9, anchor: .middle,
                    fill: weight > 0.8 ? .paper : .ink, tip: tip)
            }
        }
        for i in head.indices {
            let (from, to) = (Double(i) * cell, Double(i + 1) * cell)
            svg.rectangle(x: x, y: y + from, width: to, height: cell, stroke: .faint)
            svg.rectangle(
                x: x + from, y: y + from, width: cell,
                height: Double(head.count - i) * cell, stroke: .faint)
        }
    }

    /// Whether three digits fit into a cell of this size.
    private static func hasNumbers(_ cell: Double) -> Bool { cell >= 18 }

    private static func places(_ weight: Double) -> String { String(format: "%.4f", weight) }
}
