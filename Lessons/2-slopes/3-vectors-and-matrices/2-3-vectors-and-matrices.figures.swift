import Foundation
import Inspection

extension Figures {
    static let letterVectors: [String: Figure] = ["endsAfter": endsAfter]
    static let vectorsPictures: [String: Picture] = ["rowsMeetAVector": rowsMeetAVector]

    /// Of a hundred m, i and y, how many are a name's last letter.
    @Sendable private static func endsAfter() throws -> [String] {
        let names = try TrainingRun.namesInFile()
        return ["m", "i", "y"].map { (letter: Character) in
            let all = names.reduce(0) { total, name in total + name.count { $0 == letter } }
            let last = names.count { $0.last == letter }
            return String(format: "%.0f", 100 * Double(last) / Double(all))
        }
    }

    /// A matrix times a vector: each row is laid against the vector.
    @Sendable private static func rowsMeetAVector() -> SVG {
        let (x, w) = ([0, 2], [("a", [-1, 1]), ("n", [2, 0])])
        var svg = SVG(
            height: 300, title: "Each row of the matrix meets the vector",
            summary: "The vector of m, 0 and 2, stands above a matrix of two rows. Each row is "
                + "multiplied with it number by number, and its products add up to one number: 2 "
                + "for the row of a, 0 for the row of n.")
        let columns = [130.0, 240.0]
        func cell(_ text: String, _ x: Double, _ y: Double, _ role: SVG.Role, width: Double = 52) {
            svg.rectangle(x: x, y: y, width: width, height: 36, radius: 6, fill: .paper)
            svg.rectangle(
                x: x, y: y, width: width, height: 36, radius: 6, fill: role, opacity: 0.14)
            svg.rectangle(x: x, y: y, width: width, height: 36, radius: 6, stroke: role)
            svg.text(text, x: x + width / 2, y: y + 24, size: 17, anchor: .middle, bold: true)
        }
        svg.text("the vector of m", x: 16, y: 88, size: 14, bold: true)
        for (column, (name, number)) in zip(columns, [("vowel", x[0]), ("consonant", x[1])]) {
            svg.text(name, x: column + 26, y: 56, size: 12, anchor: .middle, fill: .muted)
            cell("\(number)", column, 64, .accent)
            svg.polyline([(column + 26, 104), (column + 26, 236)], stroke: .faint, width: 6)
        }
        svg.text("what comes out", x: 404, y: 56, size: 12, anchor: .middle, fill: .muted)
        for (y, (letter, row)) in zip([136.0, 220], w) {
            let products = zip(x, row).map(*)
            svg.text("row of \(letter)", x: 16, y: y + 24, size: 14, bold: true)
            for (column, number) in zip(columns, row) {
                cell("\(number)".replacing("-", with: "−"), column, y, .second)
            }
            svg.text("+", x: 211, y: y + 24, size: 17, anchor: .middle, fill: .muted)
            let sum = zip(x, row).map { "\($0) · \($1)".replacing("-", with: "−") }
            svg.text(
                sum.joined(separator: "  +  "), x: 211, y: y + 54, size: 13, anchor: .middle,
                fill: .muted)
            svg.text("=", x: 340, y: y + 24, size: 17, anchor: .middle, fill: .muted)
            cell("\(products.reduce(0, +))", 378, y, .ink)
        }
        return svg
    }
}
