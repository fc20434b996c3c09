import Foundation
import Inspection
import MicroGPT

/// A translation, and how much each of its characters came from each character of the source.
public struct CrossAttention {
    public let source: String, translation: String
    /// The source's characters, and the translation's with END.
    public let sourceTokens: [String], targetTokens: [String]
    /// Of the last layer, by head, position of the translation and position of the source. Each row
    /// adds up to 1.
    public let weights: [[[Double]]]

    /// - Throws: `UserError` if the model cannot read the text.
    public init(_ source: String, _ model: EncoderDecoder) throws(UserError) {
        var looks: [[[Double]]] = []  // by position, head, position of the source
        var ids: [Int] = []
        translation = try model.translate(source) { tokenID, look in
            ids.append(tokenID)
            looks.append(look)
        }
        self.source = source
        sourceTokens = source.unicodeScalars.map { String($0) }
        targetTokens = ids.map { id in
            id == model.end ? "END" : String(model.target.characters[id])
        }
        weights = (0..<model.config.nHead).map { h in looks.map { $0[h] } }
    }

    /// The maps of all heads side by side: a row for each character that is written.
    public var svg: SVG {
        let (cell, margin, label, top) = (24.0, 20.0, 34.0, 92.0)
        let side = cell * Double(sourceTokens.count)
        let step = label + side + 24
        var svg = SVG(
            width: max(2 * margin + Double(weights.count) * step - 24, 420),
            height: top + cell * Double(targetTokens.count) + 48,
            title: "“\(source)”: what the decoder looks at")
        svg.text(svg.title, x: margin, y: 30, size: 16, bold: true)
        for (h, head) in weights.enumerated() {
            let left = margin + label + Double(h) * step
            svg.text("head \(h)", x: left, y: top - 30, fill: .muted)
            for (k, token) in sourceTokens.enumerated() {
                let x = left + (Double(k) + 0.5) * cell
                svg.text(Self.visible(token), x: x, y: top - 6, anchor: .middle, mono: true)
            }
            for (q, row) in head.enumerated() {
                let y = top + Double(q) * cell
                let token = Self.visible(targetTokens[q])
                svg.text(token, x: left - 6, y: y + 16, anchor: .end, mono: true)
                for (k, weight) in row.enumerated() {
                    let isFinite = weight.isFinite
                    let percent = isFinite ? String(format: "%.0f", 100 * weight) : "?"
                    let tip = "“\(token)” looks at “\(sourceTokens[k])”: \(percent)%"
                    let x = left + Double(k) * cell
                    svg.rectangle(
                        x: x + 0.5, y: y + 0.5, width: cell - 1, height: cell - 1, radius: 2,
                        fill: .accent, opacity: isFinite ? weight : 0, tip: tip)
                    // Ink is easier to read than paper on all but the strongest shades.
                    svg.text(
                        percent, x: x + cell / 2, y: y + 15.5, size: 9, anchor: .middle,
                        fill: weight > 0.8 ? .paper : .ink, tip: tip)
                }
            }
            svg.rectangle(
                x: left, y: top, width: side, height: cell * Double(targetTokens.count),
                stroke: .faint)
        }
        svg.text(
            "Row: a character that is written. Column: what it looks at, in percent.", x: margin,
            y: svg.height - 18, fill: .muted)
        return svg
    }

    private static func visible(_ token: String) -> String { token == " " ? "␣" : token }
}
