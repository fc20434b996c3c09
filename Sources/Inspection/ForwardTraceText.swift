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
                columns(
                    [
                        "\(p.posID)", p.token, p.target, Self.number(p.probability),
                        Self.number(p.loss),
                    ],
                    [-8, -7, -8, -13, -8]))
        }
        lines.append(columns(["mean loss", Self.number(loss)], [36, -8]))
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
                let widths = [-5] + chunk.map { _ in -9 }
                if let above { lines.append(columns([""] + above[chunk], widths)) }
                let before = step.shape.count == 2 && i == start ? soFar[start / width] : ""
                lines.append(columns([before] + step.values[chunk].map(Self.number), widths))
            }
        }
        return lines
    }

    /// Four decimal places; as a power of ten what has no room for them.
    private static func number(_ x: Double) -> String {
        abs(x) < 1000
            ? places(x) : x.isFinite ? String(format: "%.1e", x) : x.isNaN ? "nan" : "\(x)"
    }
}
