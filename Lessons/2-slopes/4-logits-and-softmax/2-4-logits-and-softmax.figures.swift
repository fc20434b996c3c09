import Foundation
import Inspection

extension Figures {
    static let softmaxPictures: [String: Picture] = ["sharesOfLogits": sharesOfLogits]

    /// Logits as bars, their exponentials, and their shares; the same with 1 added to each logit.
    @Sendable private static func sharesOfLogits() -> SVG {
        var svg = SVG(
            height: 330, title: "From any numbers to shares of one whole",
            summary: "Bars for three logits, for their exponentials, and for the shares of these "
                + "in their sum. Below, each logit is larger by 1: the exponentials are all larger "
                + "by the same factor, and the shares are what they were.")
        let columns: [(left: Double, title: String)] = [
            (28, "logits"), (190, "exp of each"), (346, "share of the sum"),
        ]
        for (left, title) in columns {
            svg.text(title, x: left + 54, y: 54, size: 13, anchor: .middle, bold: true)
        }
        let letters = ["a", "i", "m"]
        for (base, shift) in [(154.0, 0.0), (290, 1)] {
            let logits = [log(3), log(2), log(1)].map { $0 + shift }
            let exps = logits.map { exp($0) }
            let shares = exps.map { $0 / exps.reduce(0, +) }
            let scales: [(numbers: [Double], unit: Double, role: SVG.Role)] = [
                (logits, 33, .muted), (exps, 8.6, .second), (shares, 130, .accent),
            ]
            for ((left, _), (numbers, unit, role)) in zip(columns, scales) {
                svg.polyline(
                    [(left - 6, base), (left + 114, base)], stroke: .faint, width: 1.5)
                for (i, number) in numbers.enumerated() {
                    let x = left + 38 * Double(i)
                    let height = max(number * unit, 1.5)
                    svg.rectangle(
                        x: x, y: base - height, width: 32, height: height, radius: 2, fill: role)
                    svg.text(
                        String(format: "%.2f", number), x: x + 16, y: base - height - 5, size: 12,
                        anchor: .middle)
                    svg.text(
                        letters[i], x: x + 16, y: base + 16, size: 13, anchor: .middle, bold: true)
                }
            }
            for x in [152.0, 308] {
                svg.text("→", x: x + 14, y: base - 26, size: 18, anchor: .middle, fill: .muted)
            }
        }
        svg.text(
            "1 more for each logit: the shares stay as they were", x: 28, y: 192, size: 13,
            bold: true)
        return svg
    }
}
