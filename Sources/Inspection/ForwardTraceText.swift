import Foundation
import MicroGPT

extension ForwardTrace {
    /// The trace in columns: one position in full, then all positions in a line each.
    ///
    /// - Parameters:
    ///   - posID: a position that the trace has.
    ///   - head: a head whose steps are shown, without those of the others; nil shows all.
    public func text(position posID: Int, head: Int? = nil) -> String {
        require(positions.indices.contains(posID), "position \(posID) of \(positions.count)")
        var lines = ["\(document): \(tokens.map { vocabulary[$0] }.joined(separator: " "))"]
        if positions.count < tokens.count - 1 {
            lines.append("cut off after \(positions.count) tokens, all that the context holds")
        }
        var place = ""
        for step in positions[posID].steps where head == nil || step.head ?? head == head {
            let here = "position \(posID)" + Self.place(step, in: positions[posID])
            if here != place { lines += ["", "--- \(here) ---"] }
            place = here
            lines += ["", step.statement, "  \(step.meaning)"] + rows(step, at: posID)
        }
        lines += ["", "--- all positions ---", "", "position  token  target  probability    loss"]
        for p in positions {
            lines.append(
                Self.right("\(p.posID)", 8) + Self.right(p.token, 7) + Self.right(p.target, 8)
                    + Self.number(p.probability, 13) + Self.number(p.loss, 8))
        }
        lines.append("mean loss".padding(toLength: 36, withPad: " ", startingAt: 0))
        lines[lines.count - 1] += Self.number(loss, 8)
        return lines.joined(separator: "\n")
    }

    private static func place(_ step: Step, in position: Position) -> String {
        guard let layer = step.layer else {
            return ": token \(position.token), target \(position.target)"
        }
        return ", layer \(layer)" + (step.head.map { ", head \($0)" } ?? "")
    }

    /// Eight numbers a row. What stands for a token each has the tokens above it or before it.
    private func rows(_ step: Step, at posID: Int) -> [String] {
        let soFar = positions[...posID].map(\.token)
        var above: [String]?
        if ["attnLogits", "attnWeights"].contains(step.name) { above = soFar }
        if ["logits", "probs"].contains(step.name) { above = vocabulary }
        let width = step.shape[step.shape.count - 1]
        var lines: [String] = []
        for start in stride(from: 0, to: step.values.count, by: width) {
            for i in stride(from: start, to: start + width, by: 8) {
                let chunk = i..<min(i + 8, start + width)
                if let above {
                    lines.append("     " + chunk.map { Self.right(above[$0], 9) }.joined())
                }
                let before = step.shape.count == 2 && i == start ? soFar[start / width] : ""
                lines.append(
                    Self.right(before, 5)
                        + chunk.map { Self.number(step.values[$0], 9) }.joined())
            }
        }
        return lines
    }

    /// Four decimal places; as a power of ten what has no room for them.
    private static func number(_ x: Double, _ width: Int) -> String {
        guard x.isFinite else { return right(x.isNaN ? "nan" : "\(x)", width) }
        let text = String(format: abs(x) < 1000 ? "%.4f" : "%.1e", x)
        return right(text == "-0.0000" ? "0.0000" : text, width)
    }

    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
