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
        tokens = trace.positions.map { $0.token == "BOS" ? "·" : cellText($0.token) }
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

    /// The maps as a picture.
    public var svg: SVG {
        weightMaps(
            title: "Attention of “\(document)”", rows: tokens, columns: tokens,
            layers: weights.enumerated().map { ("layer \($0)", $1) },
            rowMeaning: "what looks, · is BOS")
    }
}
