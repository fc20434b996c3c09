import Efficiency
import Foundation
import Inspection
import MicroGPT
import PythonRandom

extension Figures {
    static let efficiency: [String: Figure] = [
        "ladderTable": { ladderTable(try .record()) },
        "ladderTable64": { ladderTable(try .record("ladder-64")) },
        "ladderMachine": { [machine(try .record())] },
        "ladderMachine64": { [machine(try .record("ladder-64"))] },
        "microseconds": { try byRung { groupedDigits($0.rows[$1].median) } },
        "timesBefore": { try byRung { digits($0.timesBefore[$1]) } },
        "timesScalars": { try byRung { groupedDigits($0.timesFirst[$1]) } },
        "timesScalars64": { try byRung("ladder-64") { groupedDigits($0.timesFirst[$1]) } },
        // What a name needs at least: multiply-adds, and microseconds of a core's registers.
        "limit": {
            let limit = try Ladder.record().limit
            return [
                grouped(Int(limit.multiplyAddsPerDocument.rounded())), digits(limit.microseconds),
            ]
        },
        // How long the arithmetic of a name takes in registers, in % of what it takes there.
        "arithmeticShare": { try byRung { arithmeticShare($0, $1) } },
        "arithmeticShare64": { try byRung("ladder-64") { arithmeticShare($0, $1) } },
        "numbersOfEmma": { try numbersOfEmma() },
        "numbersMade": { try emma().map { grouped($0.made) } },
        "numbersOnTheTape": {
            let (gpt, tokens) = model
            let tape = Tape(gpt)
            _ = tape.lossAndGradients([tokens])
            return [grouped(tape.count - gpt.params.count), "\(Tape.bytesPerNumber)"]
        },
    ]

    static let efficiencyPictures: [String: Picture] = [
        "ladder": { try Ladder.record().picture }, "oneNumber": { oneNumber() },
        "chainAndDot": { chainAndDot() }, "tape": { tapePicture() },
        "threeWays": { threeWays() }, "throughTheNorm": { throughTheNorm() },
        "packedNames": { packedNames() }, "tile": { tile() },
    ]

    // MARK: - The record

    private static func ladderTable(_ ladder: Ladder) -> [String] {
        table(
            [
                "rung", "names a step", "× the rung before", "× `scalars`", "µs for a name",
                "its memory grows by",
            ],
            ladder.rows.enumerated().map { i, row in
                [
                    "`\(row.rung.rawValue)`" + (row.threads > 1 ? ", \(row.threads) threads" : ""),
                    "\(row.batch)", i == 0 ? "" : "**\(digits(ladder.timesBefore[i]))**",
                    i == 0 ? "" : "**\(groupedDigits(ladder.timesFirst[i]))**",
                    groupedDigits(row.median),
                    row.memoryBytes.map { places(Double($0) / 1e6, 1) + " MB" } ?? "unknown",
                ]
            })
    }

    /// What the record says of each rung, from 0, then of the one with threads; of a rung that it
    /// does not have, nothing.
    private static func byRung(
        _ file: String = "ladder", _ text: (Ladder, _ row: Int) -> String
    ) throws -> [String] {
        let ladder = try Ladder.record(file)
        func row(_ isIt: (Ladder.Row) -> Bool) -> String {
            ladder.rows.firstIndex(where: isIt).map { text(ladder, $0) } ?? ""
        }
        return Rung.allCases.map { rung in row { $0.rung == rung && $0.threads == 1 } }
            + [row { $0.threads > 1 }]
    }

    private static func arithmeticShare(_ ladder: Ladder, _ row: Int) -> String {
        let share = 100 * ladder.limit.microseconds / ladder.rows[row].median
        return share < 0.1 ? String(format: "%.1g", share) : digits(share)
    }

    private static func groupedDigits(_ x: Double) -> String {
        Int(digits(x)).map(grouped) ?? digits(x)
    }

    private static func machine(_ ladder: Ladder) -> String {
        let (model, processor) = (ladder.model, ladder.machine.processor ?? "an unknown processor")
        return "Measured on \(processor), cores: \(ladder.machine.cores). The model: preset "
            + "\(model.preset), embedding \(model.embedding), heads \(model.heads), context "
            + "\(model.context), \(grouped(model.parameters)) parameters. Medians of "
            + "\(ladder.rounds) rounds."
    }

    // MARK: - Graphs

    /// The final microgpt.py's model before its first step, and "emma" as tokens.
    private static var model: (gpt: GPT, tokens: [Int]) {
        var rng = PythonRandom(seed: 42)
        let tokenizer = Tokenizer(documents: ["abcdefghijklmnopqrstuvwxyz"])
        return (GPT(.gist, tokenizer, &rng), tokenizer.encode("emma"))
    }

    private struct Counts {
        var pairs = 0, dots = 0, others = 0, arrows = 0
        var made: Int { pairs + dots + others }
    }

    /// The graphs of its loss on the rungs `scalars` and `file`.
    private static func emma() throws -> [Counts] {
        let (gpt, tokens) = model
        return [scalarsLoss(gpt, tokens), gpt.loss(tokens)].map { loss in
            loss.numbers().reduce(into: Counts()) { counts, value in
                counts.arrows += value.children.count
                switch value.operation {
                case .multiply, .add: counts.pairs += 1
                case .dot, .sum: counts.dots += 1
                case .leaf: break
                default: counts.others += 1
                }
            }
        }
    }

    private static func numbersOfEmma() throws -> [String] {
        let all = try emma()
        func row(_ name: String, _ count: (Counts) -> Int) -> [String] {
            [name] + all.map { grouped(count($0)) }
        }
        return table(
            ["the graph of \"emma\"", "`scalars`", "`file`"],
            [
                row("products and sums of two") { $0.pairs },
                row("`dot` and `sum`") { $0.dots },
                row("powers, exponentials, logarithms, relu") { $0.others },
                row("**objects that operations made**") { $0.made },
                row("arrows to what they were made from") { $0.arrows },
            ])
    }
}

// MARK: - Pictures

extension SVG {
    /// A box with a text in its middle.
    fileprivate mutating func box(
        _ string: String, x: Double, y: Double, width: Double, height: Double = 34,
        role: Role? = nil, size: Double = 14
    ) {
        if let role {
            rectangle(x: x, y: y, width: width, height: height, fill: role, opacity: 0.25)
        }
        rectangle(x: x, y: y, width: width, height: height, stroke: role ?? .muted)
        text(string, x: x + width / 2, y: y + height / 2 + size * 0.36, size: size, anchor: .middle)
    }

    /// A level arrow.
    fileprivate mutating func way(
        from a: (x: Double, y: Double), to x: Double, stroke: Role
    ) {
        let back = x > a.x ? -8.0 : 8
        polyline([a, (x, a.y)], stroke: stroke, width: 2)
        polyline(
            [(x + back, a.y - 5), (x, a.y), (x + back, a.y + 5)], stroke: stroke, width: 2)
    }
}

extension Figures {
    /// The three pieces of memory of a product, in boxes of 8 bytes. What a class or an array has before
    /// its contents is Swift's.
    private static func oneNumber() -> SVG {
        let properties = Mirror(reflecting: Value(1)).children.compactMap(\.label)
        let pieces = [
            ("the object", ["class", "holders"] + properties),
            ("the list of its children", ["class", "holders", "count", "room", "a", "b"]),
            ("the list of its slopes", ["class", "holders", "count", "room", "b.data", "a.data"]),
        ]
        let count = pieces.reduce(0) { $0 + $1.1.count }
        var svg = SVG(
            height: 300, title: "What a * b takes from the heap",
            summary: pieces.map { "\($0.0): \($0.1.joined(separator: ", "))" }
                .joined(separator: "; ") + ". Of \(count) boxes, one is the number.")
        for (i, (name, boxes)) in pieces.enumerated() {
            let y = 66 + Double(i) * 76
            svg.text(name, x: 16, y: y - 7, size: 13, fill: .muted)
            for (k, box) in boxes.enumerated() {
                svg.box(
                    box, x: 16 + 64 * Double(k), y: y, width: 64,
                    role: box == "data" ? .second : nil, size: SVG.smallFont)
            }
        }
        svg.text(
            "\(count) boxes of 8 bytes. One is the number.", x: 16, y: 282, size: 16, bold: true)
        return svg
    }

    private static func chainAndDot() -> SVG {
        var svg = SVG(
            height: 290, title: "Four pairs: nine objects, or one",
            summary: "Left, four products and four sums in a chain that begins with 0. Right, one "
                + "box, dot, that all eight numbers lead into.")
        func circle(_ text: String, _ x: Double, _ y: Double, _ role: SVG.Role) {
            svg.circle(x: x, y: y, radius: 17, fill: .paper)
            svg.circle(x: x, y: y, radius: 17, fill: role, opacity: 0.25)
            svg.circle(x: x, y: y, radius: 17, stroke: role)
            svg.text(text, x: x, y: y + 7, size: 19, anchor: .middle)
        }
        svg.polyline([(205, 60), (205, 256)], stroke: .muted, width: 2)
        circle("0", 205, 58, .second)
        for i in 0..<4 {
            let y = 106 + 48 * Double(i)
            svg.text("x\(i)  w\(i)", x: 24, y: y + 6, size: 16)
            svg.polyline([(76, y), (190, y)], stroke: .muted, width: 2)
            circle("×", 126, y, .second)
            circle("+", 205, y, .second)
            svg.text("x\(i)  w\(i)", x: 286, y: y + 6, size: 16)
            svg.polyline([(338, y), (366, y)], stroke: .muted, width: 2)
        }
        svg.box("dot", x: 366, y: 84, width: 84, height: 188, role: .accent, size: 20)
        return svg
    }

    private static func tapePicture() -> SVG {
        let cells = [
            ("x", "2", "", "4"), ("y", "3", "", "2"), ("x · y", "6", "× of 0, 1", "1"),
            ("x · y + x", "8", "+ of 2, 0", "1"),
        ]
        var svg = SVG(
            height: 262, title: "x · y + x, on a tape",
            summary: "Four places side by side, filled from the left: "
                + cells.map { "\($0.0) is \($0.1)" }.joined(separator: ", ")
                + ". The way back reads them from the right; gradients "
                + cells.map(\.3).joined(separator: ", ") + ".")
        svg.way(from: (40, 58), to: 440, stroke: .accent)
        svg.text("forward: write at the end", x: 240, y: 50, size: 13, anchor: .middle)
        for (i, cell) in cells.enumerated() {
            let x = 16 + 112 * Double(i)
            svg.text("\(i)", x: x + 56, y: 90, size: 14, anchor: .middle, fill: .muted)
            svg.box(cell.1, x: x, y: 98, width: 112, height: 44, role: .accent, size: 20)
            svg.text(cell.0, x: x + 56, y: 160, size: 14, anchor: .middle)
            svg.text(cell.2, x: x + 56, y: 178, size: 13, anchor: .middle, fill: .muted)
            svg.box(cell.3, x: x, y: 190, width: 112, height: 28, role: .second, size: 16)
        }
        svg.way(from: (440, 232), to: 40, stroke: .second)
        svg.text("back: add up the gradients", x: 240, y: 251, size: 13, anchor: .middle)
        return svg
    }

    /// A matrix of two rows and three columns, forward and in both directions back.
    private static func threeWays() -> SVG {
        let panels: [(name: String, top: Int?, cells: [(Int, Int)], right: Int?)] = [
            ("forward: a row", nil, [(0, 0), (0, 1), (0, 2)], 0),
            ("to x: a column", 1, [(0, 1), (1, 1)], nil),
            ("to w: one place", 1, [(0, 1)], 0),
        ]
        var svg = SVG(
            height: 230, title: "One matrix, three ways through it",
            summary: "Forward, a row of weights and all of x make one y. Back to x, a column of "
                + "weights and all of dy make one dx. Back to a weight, one dy and one x.")
        for (i, panel) in panels.enumerated() {
            let (left, top) = (18 + 156 * Double(i), 104.0)
            svg.text(panel.name, x: left, y: 60, size: 14, bold: true)
            for c in 0..<3 {
                svg.box(
                    i == 1 ? "dx" : "x", x: left + 32 * Double(c), y: 72, width: 32, height: 26,
                    role: panel.top.map { $0 == c } ?? true ? (i == 1 ? .second : .accent) : nil)
            }
            for r in 0..<2 {
                for c in 0..<3 {
                    svg.box(
                        "w", x: left + 32 * Double(c), y: top + 36 * Double(r), width: 32,
                        height: 36,
                        role: panel.cells.contains { $0 == (r, c) }
                            ? (i == 2 ? .second : .accent) : nil)
                }
                svg.box(
                    i == 0 ? "y" : "dy", x: left + 102, y: top + 36 * Double(r), width: 32,
                    height: 36,
                    role: panel.right.map { $0 == r } ?? true ? (i == 0 ? .second : .accent) : nil)
            }
        }
        svg.text("From blue to orange:", x: 18, y: 206, size: 13, fill: .muted)
        svg.text("multiply the pairs, and add them up.", x: 146, y: 206, size: 13, fill: .muted)
        return svg
    }

    private static func throughTheNorm() -> SVG {
        var svg = SVG(
            height: 230, title: "Each x counts twice",
            summary: "Straight lines lead from each x to its own y. Others lead from each x to the "
                + "size of the whole list, and from there to each y.")
        for y in [80.0, 180] {
            svg.polyline([(110, y), (370, y)], stroke: .accent, width: 3)
            svg.polyline([(110, y), (240, 130)], stroke: .second, width: 3, dashes: [7, 4])
            svg.polyline([(240, 130), (370, y)], stroke: .second, width: 3, dashes: [7, 4])
        }
        svg.rectangle(x: 190, y: 110, width: 100, height: 40, radius: 20, fill: .paper)
        svg.rectangle(x: 190, y: 110, width: 100, height: 40, radius: 20, stroke: .second)
        svg.text("size of both", x: 240, y: 135, size: 14, anchor: .middle)
        for (i, x) in ["1", "7"].enumerated() {
            let y = 58 + 100 * Double(i)
            svg.rectangle(x: 40, y: y, width: 70, height: 44, fill: .paper)
            svg.rectangle(x: 370, y: y, width: 70, height: 44, fill: .paper)
            svg.box(x, x: 40, y: y, width: 70, height: 44, role: .accent, size: 18)
            svg.box(
                i == 0 ? "0.2" : "1.4", x: 370, y: y, width: 70, height: 44, role: .accent, size: 18
            )
        }
        return svg
    }

    private static func packedNames() -> SVG {
        let names = ["olivia", "emma", "bo"]
        let tokens = names.map { ["·"] + $0.map(String.init) }
        let packed = (0..<tokens[0].count).map { t in
            tokens.filter { $0.count > t }.map { $0[t] }
        }
        let (side, left) = (27.0, 36.0)
        var svg = SVG(
            height: 250, title: "Three names, padded and packed",
            summary: "A row for each of \(names.joined(separator: ", ")), as long as the longest; "
                + "packed by position, one vector: \(packed.joined().joined(separator: " ")).")
        svg.text("Padded: a row for each name", x: 16, y: 54, bold: true)
        for (row, tokens) in tokens.enumerated() {
            for t in packed.indices {
                svg.box(
                    t < tokens.count ? tokens[t] : "", x: left + Double(t) * side,
                    y: 62 + Double(row) * side, width: side, height: side,
                    role: t < tokens.count ? .accent : nil)
            }
        }
        svg.text("Packed by position: one vector of 16", x: 16, y: 176, bold: true)
        for (i, token) in (Array(packed.joined()) + [""]).enumerated() {
            svg.box(
                token, x: 16 + Double(i) * side, y: 184, width: side, height: side,
                role: token.isEmpty ? nil : .accent)
        }
        var x = 16.0
        for (t, column) in packed.enumerated() {
            let end = x + Double(column.count) * side
            svg.polyline([(x + 3, 217), (end - 3, 217)], stroke: .second, width: 2)
            svg.text("\(t)", x: (x + end) / 2, y: 234, size: 13, anchor: .middle)
            x = end
        }
        return svg
    }

    private static func tile() -> SVG {
        var svg = SVG(
            height: 310, title: "Sixteen sums that never leave the registers",
            summary: "At the left eight single numbers of a, above two vectors of b. Each of the "
                + "eight by two places between them is a register that adds up their products.")
        func vector(_ x: Double, _ y: Double, _ role: SVG.Role?) {
            svg.box("", x: x, y: y, width: 160, height: 22, role: role)
            for k in 1..<16 {
                svg.line(
                    from: (x + 10 * Double(k), y), to: (x + 10 * Double(k), y + 22),
                    stroke: role ?? .faint)
            }
        }
        svg.text("b: two vectors", x: 110, y: 54, size: 13)
        svg.text("a: one", x: 16, y: 88, size: 13)
        svg.text("number", x: 16, y: 104, size: 13)
        svg.text("a row", x: 16, y: 120, size: 13)
        for column in 0..<2 {
            let x = 110 + 176 * Double(column)
            vector(x, 60, column == 1 ? .accent : nil)
            for row in 0..<8 {
                vector(x, 92 + 26 * Double(row), row == 2 && column == 1 ? .second : nil)
            }
        }
        for row in 0..<8 {
            svg.box(
                "", x: 78, y: 92 + 26 * Double(row), width: 22, height: 22,
                role: row == 2 ? .accent : nil)
        }
        return svg
    }
}
