import Foundation
import MicroGPT

// What tables are written with.

/// A table in Markdown.
package func table(_ head: [String], _ rows: [[String]]) -> [String] {
    func row(_ cells: [String]) -> String { "| \(cells.joined(separator: " | ")) |" }
    return [row(head), "|" + String(repeating: "---|", count: head.count)] + rows.map(row)
}

/// A number with four decimal places, or as many as are asked for; never "-0.0000" or "-nan".
package func places(_ x: Double, _ count: Int = 4) -> String {
    if x.isNaN { return "nan" }
    let text = String(format: "%.\(count)f", x)
    return Double(text) == 0 && text.hasPrefix("-") ? String(text.dropFirst()) : text
}

/// A number with as few digits as it takes, at most `digits`: 1, 0.3, -2.
package func short(_ x: Double, digits: Int = 6) -> String { String(format: "%.\(digits)g", x) }

/// A line of a table without rules: each cell at the left of its column, or at the right of one
/// whose width is below 0. A cell that is too wide moves what follows.
package func columns(_ cells: [String], _ widths: [Int]) -> String {
    let padded = zip(cells, widths).map { cell, width in
        let space = String(repeating: " ", count: max(0, abs(width) - cell.count))
        return width < 0 ? space + cell : cell + space
    }
    let line = padded.joined()
    guard let last = widths.last, last > 0 else { return line }
    return String(line.reversed().drop { $0 == " " }.reversed())
}

package func mean(_ numbers: [Double]) -> Double { numbers.reduce(0, +) / Double(numbers.count) }

/// 4064 as "4,064".
package func grouped(_ n: Int) -> String {
    n < 1000 ? "\(n)" : "\(grouped(n / 1000)),\(String(format: "%03ld", n % 1000))"
}

/// Three digits, or all before the point.
package func digits(_ x: Double) -> String {
    String(format: x < 9.995 ? "%.2f" : x < 99.95 ? "%.1f" : "%.0f", x)
}
