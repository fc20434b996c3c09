import Inspection
import MicroGPT

/// What part 1 counts.
enum Pairs {
    static let characters = [Character]("abcdefghijklmnopqrstuvwxyz·")

    /// How often each token followed each in all names, BOS being the last.
    static let counts = Result {
        let tokenizer = Tokenizer(documents: try TrainingRun.namesInFile())
        var counts = Array(
            repeating: Array(repeating: 0, count: tokenizer.vocabSize), count: tokenizer.vocabSize)
        for name in try TrainingRun.namesInFile() {
            let tokens = tokenizer.encode(name)
            for (token, next) in zip(tokens, tokens.dropFirst()) { counts[token][next] += 1 }
        }
        return counts
    }
}

extension Figures {
    static let pairsPictures: [String: Picture] = ["pairTable": pairTable]

    /// The table of pairs, in shades: each row by itself, so that rare letters can be read, too.
    @Sendable private static func pairTable() throws -> SVG {
        let (counts, cell, left, top) = (try Pairs.counts.get(), 16.2, 34.0, 62.0)
        let size = cell * Double(counts.count)
        var svg = SVG(
            height: top + size + 12, title: "Which letter follows which, in all names",
            summary: "27 rows and 27 columns. The stronger the blue, the more often. After q "
                + "mostly u; in most rows a, e, i and o are strong.")
        svg.text("next →", x: left, y: 44, size: 12, fill: .muted)
        svg.text("↓", x: 12, y: top + 12, size: 14, fill: .muted)
        for (i, row) in counts.enumerated() {
            let place = cell * (Double(i) + 0.5)
            let letter = String(Pairs.characters[i])
            let size = letter == "·" ? 24.0 : 12
            svg.text(
                letter, x: left + place, y: top - 9 + size / 3, size: size, anchor: .middle,
                bold: true)
            svg.text(
                letter, x: left - 9, y: top + place + size / 3, size: size, anchor: .middle,
                bold: true)
            let total = Double(row.reduce(0, +))
            for (j, count) in row.enumerated() where count > 0 {
                svg.rectangle(
                    x: left + cell * Double(j) + 0.5, y: top + cell * Double(i) + 0.5,
                    width: cell - 1, height: cell - 1, fill: .accent,
                    opacity: min(1, 0.05 + 1.15 * (Double(count) / total).squareRoot()),
                    tip: "\(letter)\(Pairs.characters[j]): \(count)")
            }
        }
        svg.rectangle(x: left, y: top, width: size, height: size, stroke: .faint)
        let m = cell * 12
        svg.rectangle(x: left, y: top + m, width: size, height: cell, stroke: .second)
        return svg
    }
}
