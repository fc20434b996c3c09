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
        let names = rows.map(\.name) + ["limit of one core"]
        let times = rows.map(\.median) + [limit.microseconds]
        let bars = times.enumerated().map { i, time in
            let isCompared = 1..<rows.count ~= i
            let factor = isCompared ? ", × \(digits(times[0] / time))" : ""
            return Chart.Point(time, Double(i), label: digits(time) + factor)
        }
        let exponents = times.map { log10($0) }
        let low = (exponents.min() ?? 0).rounded(.down)
        let high = max((exponents.max() ?? 0).rounded(.up), low + 1) + 0.5  // room for a label
        let series = [("rungs", bars.dropLast()), ("limit", bars.suffix(1))].map { name, bars in
            Chart.Series(name, Array(bars), as: .rows(width: 0.65), namePlace: .hidden)
        }
        return Chart(
            x: .init(
                "µs", range: (pow(10, low), pow(10, high)), isLogarithmic: true, hasGrid: true),
            y: .init(
                "", range: (Double(bars.count) - 0.4, -0.6),
                ticks: names.enumerated().map { (Double($0), $1) }, hasGrid: false),
            series
        ).picture(
            title: "Microseconds to train on a document", height: 98 + 30 * Double(bars.count),
            note: [
                "Lines are factors of ten; × is how much faster than the first.",
                modelLine, machineLine,
            ])
    }
}

extension Ladder {
    /// What was measured once and is kept beside the lessons, since no test can measure it again.
    ///
    /// - Parameter file: its name in Lessons/8-efficiency, without the extension.
    package static func record(_ file: String = "ladder") throws -> Ladder {
        let url = URL(filePath: "Lessons/8-efficiency/\(file).json")
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
