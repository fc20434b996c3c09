import Foundation
import Inspection

// What `lab bench` has measured, as lines and as a picture.

extension Ladder.Row {
    package var name: String {
        threads == 1 ? rung.rawValue : "\(rung.rawValue), \(threads) threads"
    }
}

extension Ladder {
    /// The fastest row of one thread.
    package var top: Row? { rows.filter { $0.threads == 1 }.min { $0.median < $1.median } }

    // MARK: - The table

    package var modelLine: String {
        "\(model.preset) on \(model.names): layers \(model.layers), heads \(model.heads), "
            + "embedding \(model.embedding), context \(model.context), "
            + "parameters \(model.parameters)"
    }

    package var machineLine: String {
        "\(machine.processor ?? "unknown processor"), cores: \(machine.cores)"
    }

    /// What the command prints.
    public var lines: [String] {
        let first = rows[0]
        let head = [
            "rung", "batch", "threads", "µs/document", "middle half", "documents/s", "× before",
            "× \(first.rung.rawValue)", "memory",
        ]
        let cells =
            [head]
            + zip([nil] + rows, rows).map { before, row in
                [
                    row.rung.rawValue, "\(row.batch)", "\(row.threads)", digits(row.median),
                    "\(digits(row.lowerQuartile)) to \(digits(row.upperQuartile))",
                    String(format: "%.0f", 1e6 / row.median),
                    before.map { digits($0.median / row.median) } ?? "",
                    digits(first.median / row.median),
                    row.memoryBytes.map { String(format: "%.1f MB", Double($0) / 1e6) }
                        ?? "unknown",
                ]
            }
        let widths = head.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
        let table = cells.map { columns($0, widths.prefix(1) + widths.dropFirst().map { -$0 - 2 }) }
        return [modelLine, machineLine, "medians of \(rounds) rounds", ""] + table + [""]
            + limitLines
    }

    private var limitLines: [String] {
        let work = String(
            format: "The arithmetic of a document is %.0f multiply-adds on average. "
                + "One core does %.1f", limit.multiplyAddsPerDocument,
            limit.multiplyAddsPerSecond / 1e9)
        let time = "billion a second in registers: \(digits(limit.microseconds)) µs."
        guard let top else { return [work, time] }
        let far = digits(top.median / limit.microseconds)
        return [
            work,
            "\(time) The fastest rung on one core, \(top.rung.rawValue), takes \(far) times that.",
        ]
    }

    // MARK: - The picture

    /// A bar for each row and one for the limit, on a logarithmic scale.
    public var picture: SVG {
        let bars =
            rows.map { (name: $0.name, time: $0.median, isLimit: false) }
            + [(name: "limit of one core", time: limit.microseconds, isLimit: true)]
        let (left, right, top, step) = (150.0, 620.0, 74.0, 34.0)
        let bottom = top + step * Double(bars.count)
        var svg = SVG(
            width: 760, height: bottom + 72, title: "Microseconds to train on a document")
        let exponents = bars.map { log10($0.time) }
        let low = (exponents.min() ?? 0).rounded(.down)
        let high = max((exponents.max() ?? 0).rounded(.up), low + 1)
        func x(_ exponent: Double) -> Double {
            left + (exponent - low) / (high - low) * (right - left)
        }

        svg.text(svg.title, x: 24, y: 28, size: 15, bold: true)
        svg.text(modelLine, x: 24, y: 47, size: 11, fill: .muted)
        for exponent in stride(from: low, through: high, by: 1) {
            svg.line(from: (x(exponent), top - 8), to: (x(exponent), bottom), stroke: .faint)
            svg.text(
                String(format: exponent < 0 ? "%g" : "%.0f", pow(10, exponent)), x: x(exponent),
                y: bottom + 18,
                anchor: .middle, fill: .muted)
        }
        for (i, bar) in bars.enumerated() {
            let y = top + step * Double(i)
            let end = x(log10(bar.time))
            svg.text(bar.name, x: left - 10, y: y + 15, anchor: .end)
            svg.rectangle(
                x: left, y: y, width: max(end - left, 1), height: 22, radius: 2,
                fill: bar.isLimit ? .second : .accent)
            let times = i == 0 || bar.isLimit ? "" : ", × \(digits(rows[0].median / bar.time))"
            svg.text("\(digits(bar.time))\(times)", x: end + 8, y: y + 15, fill: .muted)
        }
        svg.line(from: (left, top - 8), to: (left, bottom))
        svg.text(
            "µs, each line ten times the one before; × is how much faster than the first",
            x: left, y: bottom + 40, size: 11, fill: .muted)
        svg.text(machineLine, x: left, y: bottom + 56, size: 11, fill: .muted)
        return svg
    }
}

extension Ladder {
    /// What was measured once and is kept beside the lessons, since no test can measure it again.
    ///
    /// - Parameter file: its name in Lessons/07-efficiency, without the extension.
    package static func record(_ file: String = "ladder") throws -> Ladder {
        let url = URL(filePath: "Lessons/07-efficiency/\(file).json")
        return try Ladder(json: Data(contentsOf: url))
    }

    /// How many times as fast each row is as the one before, and as the first.
    package var timesBefore: [Double] {
        zip([rows[0]] + rows, rows).map { $0.median / $1.median }
    }
    package var timesFirst: [Double] { rows.map { rows[0].median / $0.median } }

    /// Multiply-adds a second in the training of the fastest row of one thread.
    package var bestRate: Double {
        get throws {
            guard let top else { throw UserError("the record has no row of one thread") }
            return limit.multiplyAddsPerDocument / top.median * 1e6
        }
    }
}
