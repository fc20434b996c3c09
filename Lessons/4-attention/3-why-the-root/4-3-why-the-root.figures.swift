import Inspection
import MicroGPT
import PythonRandom

extension Figures {
    static let whyTheRootPictures: [String: Picture] = ["calmShares": calmShares]

    /// The shares of eight random keys, the largest first, for three widths: one query each, that whose
    /// largest share is in the middle of many.
    @Sendable private static func calmShares() throws -> SVG {
        var rng = PythonRandom(seed: 42)
        var svg = SVG(
            height: 306, title: "Eight keys drawn at random share one query",
            summary:
                "Six small bar charts. Above, without the root, one bar of eight takes nearly all as "
                + "the lists grow from 4 to 16 to 64 numbers. Below, with the root, the three look alike."
        )
        svg.text("without the root", x: 16, y: 58, size: 14, fill: .second, bold: true)
        svg.text("with the root", x: 16, y: 206, size: 14, fill: .accent, bold: true)
        for (column, width) in [4, 16, 64].enumerated() {
            func random() -> [Value] { (0..<width).map { _ in Value(rng.gauss(0, 1)) } }
            let draws = (0..<201).map { _ -> [Value] in
                let q = random()
                return (0..<8).map { _ in dot(q, random()) }
            }
            for (row, divisor) in [1, Double(width).squareRoot()].enumerated() {
                let all = draws.map { scores in
                    softmax(scores.map { $0 / divisor }).map(\.data).sorted(by: >)
                }
                let shares = all.sorted { $0[0] < $1[0] }[100]
                let (left, base) = (20 + 156 * Double(column), 168 + 98 * Double(row))
                for (i, share) in shares.enumerated() {
                    svg.rectangle(
                        x: left + 16 * Double(i), y: base - 92 * share, width: 13,
                        height: 92 * share,
                        fill: row == 0 ? .second : .accent)
                }
                svg.line(from: (left - 4, base), to: (left + 130, base))
                svg.text(
                    "\(Int((100 * shares[0]).rounded())) %", x: left + 18,
                    y: base - 92 * shares[0] + 10,
                    size: 13, bold: true)
                if row == 1 {
                    svg.text(
                        "\(width) numbers", x: left + 62, y: base + 24, size: 14, anchor: .middle)
                }
            }
        }
        return svg
    }
}
