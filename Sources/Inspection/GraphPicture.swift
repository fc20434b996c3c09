import Foundation
import MicroGPT

/// The graph of all that a number was made from, as text for Graphviz (https://graphviz.org), in
/// the manner of micrograd's `draw_dot`: a box for each value, an ellipse for each operation.
///
/// - Parameter limit: how many values a graph can have that is still to be looked at.
/// - Throws: `UserError` if it has more.
/// - Complexity: O(n) for n values and operands, at any depth.
public func graphviz(of value: Value, limit: Int = 500) throws(UserError) -> String {
    let graph = try Graph(of: value, limit: limit)
    var lines = [
        "digraph {", "    rankdir=LR", "    node [fontname=\"Helvetica\", fontsize=11]",
    ]
    for (i, value) in graph.values.enumerated() {
        guard !value.isConstant else {
            lines.append("    v\(i) [shape=plaintext, label=\"\(value.constantText)\"]")
            continue
        }
        let rows = value.label.map { [escapedForRecord($0)] } ?? []
        let record = rows + ["data \(decimals(value.data))", "grad \(decimals(value.grad))"]
        lines.append(
            "    v\(i) [shape=record, label=\"{ \(record.joined(separator: " | ")) }\", "
                + "style=filled, fillcolor=\"\(graph.colour(of: value))\"]")
        guard value.operation != .leaf else { continue }
        lines.append("    o\(i) [label=\"\(value.operationText)\"]")
        lines.append("    o\(i) -> v\(i)")
        lines += graph.children[i].map { "    v\($0) -> o\(i)" }
    }
    return (lines + ["}", ""]).joined(separator: "\n")
}

/// The graph of all that a number was made from, as a picture: operands above results, each value
/// with its operation, name, data and gradient, coloured by the gradient's sign and size.
///
/// - Throws: `UserError` if there are more than `limit` values.
public func graphPicture(
    of value: Value, title: String, limit: Int = 500
) throws(UserError) -> SVG {
    let graph = try Graph(of: value, limit: limit)
    return GraphDrawing(of: graph, GraphLayout(of: graph)).picture(title: title)
}

// MARK: - The graph as a list

/// A number and all that it was made from, each once, however often it is used.
struct Graph {
    /// The result first; then depth first, operands left to right.
    private(set) var values: [Value] = []
    /// The operands of each value, by their places in `values`.
    let children: [[Int]]
    private let largestGrad: Double

    init(of result: Value, limit: Int) throws(UserError) {
        var places: [ObjectIdentifier: Int] = [:]
        var stack = [result]
        while let value = stack.popLast() {
            guard places[ObjectIdentifier(value)] == nil else { continue }
            places[ObjectIdentifier(value)] = values.count
            values.append(value)
            stack += value.children.reversed()
        }
        guard values.count <= limit else {
            throw UserError(
                "the graph has \(values.count) values, more than the limit of \(limit); take the "
                    + "graph of a part of it, or raise the limit")
        }
        children = values.map { $0.children.compactMap { places[ObjectIdentifier($0)] } }
        largestGrad =
            values.lazy.filter { !$0.isConstant }.map { abs($0.grad) }
            .filter(\.isFinite).max() ?? 0
    }

    /// How strongly a value is coloured, from 0 to 1. By the root of the gradient, since most are
    /// small beside the largest.
    func strength(of value: Value) -> Double {
        guard value.grad != 0, largestGrad > 0 else { return 0 }
        return value.grad.isFinite ? 0.1 + 0.9 * (abs(value.grad) / largestGrad).squareRoot() : 1
    }

    /// Orange below zero, blue above, as "#rrggbbaa".
    fileprivate func colour(of value: Value) -> String {
        let strength = strength(of: value)
        if strength == 0 { return "#ffffff" }
        return (value.grad < 0 ? "#bc4c00" : "#0969da")
            + String(format: "%02lx", Int(112 * strength))
    }
}

extension Value {
    /// Whether it is one of the numbers that a formula is written with.
    fileprivate var isConstant: Bool { operation == .leaf && label == nil }

    fileprivate var constantText: String { String(format: "%.4g", data) }

    fileprivate var operationText: String {
        switch operation {
        case .leaf: ""
        case .add: "+"
        case .multiply: "×"
        case .pow: exponent.map { String(format: "pow %g", $0) } ?? "pow"
        default: "\(operation)"
        }
    }

    /// The usual exponent that gives just this result, if there is one and no other.
    ///
    /// A value does not keep its exponent, only what follows from it.
    private var exponent: Double? {
        guard let x = children.first?.data, x != 0, abs(x) != 1, x.isFinite else { return nil }
        let fitting = [2, 3, 4, 0.5, -0.5, -1, -2].filter { Foundation.pow(x, $0) == data }
        return fitting.count == 1 ? fitting[0] : nil
    }
}

/// Four decimals, without a sign for zero; large numbers with an exponent.
private func decimals(_ x: Double) -> String {
    guard x.isFinite else { return x.isNaN ? "nan" : x < 0 ? "-inf" : "inf" }
    if abs(x) >= 1e6 { return String(format: "%.3e", x) }
    return String(format: "%.4f", abs(x) < 5e-5 ? 0 : x)
}

/// A label as Graphviz has it within a record, where braces, bars, angles and spaces have meanings,
/// and `&` as in HTML.
private func escapedForRecord(_ label: String) -> String {
    label.harmless(keeping: "\n").escapingScalars { c in
        switch c {
        case "\n": "\\n"
        case "&": "&amp;"
        case "{", "}", "|", "<", ">", "\"", "\\", " ": "\\\(c)"
        default: nil
        }
    }
}

// MARK: - Where everything goes

/// Rows of slots, each for a value or for a line that passes between values on its way to another
/// row (K. Sugiyama, S. Tagawa and M. Toda, "Methods for Visual Understanding of Hierarchical
/// System Structures", 1981).
private struct GraphLayout {
    struct Slot {
        let value: Int
        let row: Int
        let isPassing: Bool
        let size: (width: Double, height: Double)
        var above: [Int] = []  // slots one row above that have a line to this one
        var below: [Int] = []
        var x = 0.0  // of its middle
    }

    private(set) var slots: [Slot] = []
    /// The slots of each row from left to right; row 0, at the bottom, has the result.
    private(set) var rows: [[Int]] = []

    init(of graph: Graph) {
        makeSlots(graph)
        orderSlots()
        placeSlots()
    }

    /// Each value above all that were made from it, in the lowest row that has room, for a line
    /// that passes, too; its lines share their way as far as they go together.
    private mutating func makeSlots(_ graph: Graph) {
        var row = Array(repeating: 0, count: graph.values.count)
        var parents: [[Int]] = Array(repeating: [], count: graph.values.count)
        for (i, children) in graph.children.enumerated() {
            for child in children { parents[child].append(i) }
        }
        var (missing, ready) = (parents.map(\.count), [0])
        var free: [Double] = []
        while let i = ready.popLast() {
            let width = graph.values[i].size.width + Self.gap
            row[i] =
                (free.indices.dropFirst(row[i]).first { free[$0] >= width })
                ?? max(free.count, row[i])
            while free.count <= row[i] { free.append(Self.room.upperBound) }
            free[row[i]] -= width
            for child in graph.children[i] {
                row[child] = max(row[child], row[i] + 1)
                missing[child] -= 1
                if missing[child] == 0 { ready.append(child) }
            }
        }

        rows = Array(repeating: [], count: free.count)
        for (i, value) in graph.values.enumerated() {
            add(Slot(value: i, row: row[i], isPassing: false, size: value.size))
        }
        for i in graph.values.indices {
            let goals = Dictionary(grouping: parents[i]) { row[$0] }
            var last = i
            for r in stride(from: row[i] - 1, through: goals.keys.min() ?? row[i], by: -1) {
                for goal in goals[r] ?? [] { connect(last, goal) }
                if goals.keys.contains(where: { $0 < r }) {
                    add(Slot(value: i, row: r, isPassing: true, size: (0, 0)))
                    connect(last, slots.count - 1)
                    last = slots.count - 1
                }
            }
        }
    }

    private mutating func add(_ slot: Slot) {
        rows[slot.row].append(slots.count)
        slots.append(slot)
    }

    private mutating func connect(_ above: Int, _ below: Int) {
        slots[above].below.append(below)
        slots[below].above.append(above)
    }

    /// Few crossings: each slot at the mean place of those it is connected with, row after row, up
    /// and down again.
    private mutating func orderSlots() {
        var place = Array(repeating: 0, count: slots.count)
        for row in rows { for (p, s) in row.enumerated() { place[s] = p } }
        for sweep in 0..<24 {
            let isUpwards = sweep % 2 == 0
            for r in isUpwards ? Array(rows.indices) : rows.indices.reversed() {
                let keys = rows[r].map { s in
                    let near = isUpwards ? slots[s].below : slots[s].above
                    let sum = near.reduce(0) { $0 + place[$1] }
                    return near.isEmpty ? Double(place[s]) : Double(sum) / Double(near.count)
                }
                rows[r] = keys.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
                    .map { rows[r][$0] }
                for (p, s) in rows[r].enumerated() { place[s] = p }
            }
        }
    }

    /// Straight lines: each slot at the mean place of those it is connected with, as far as the
    /// order and the sizes allow.
    private mutating func placeSlots() {
        for sweep in 0..<40 {
            for r in sweep % 2 == 0 ? Array(rows.indices) : rows.indices.reversed() {
                let wanted = rows[r].map { s in
                    let near = slots[s].above + slots[s].below
                    let sum = near.reduce(0) { $0 + slots[$1].x }
                    return near.isEmpty ? slots[s].x : sum / Double(near.count)
                }
                let sizes = rows[r].map { slots[$0].size.width }
                let places = spread(wanted, sizes: sizes, gap: Self.gap, within: Self.room)
                for (s, x) in zip(rows[r], places) { slots[s].x = x }
            }
        }
        let left = slots.map { $0.x - $0.size.width / 2 }.min() ?? 0
        for s in slots.indices { slots[s].x -= left }
    }

    private static let gap = 10.0
    private static let room = 0...SVG.columnWidth - 2 * margin
}

// MARK: - Drawing

private let margin = 16.0
private let characterWidth = 0.605 * SVG.smallFont  // the widest of common monospaced fonts
private let lineHeight = 15.0

extension Value {
    /// The width of the field with the operation.
    fileprivate var operationWidth: Double {
        operation == .leaf ? 0 : Double(operationText.count) * characterWidth + 12
    }

    fileprivate var size: (width: Double, height: Double) {
        if isConstant { return (Double(constantText.count) * characterWidth + 10, 20) }
        let numbers = max(decimals(data).count, decimals(grad).count, 7) + "data ".count
        let label = operationWidth + Double(label?.harmless().count ?? 0) * characterWidth
        return (max(label, Double(numbers) * characterWidth) + 12, 3 * lineHeight + 6)
    }
}

private struct GraphDrawing {
    private let graph: Graph
    private let layout: GraphLayout
    /// Of each row.
    private let middles: [Double], heights: [Double]
    private let left: Double
    private let gap = 30.0
    private let legendTop: Double

    init(of graph: Graph, _ layout: GraphLayout) {
        (self.graph, self.layout) = (graph, layout)
        let heights = layout.rows.map { $0.map { layout.slots[$0].size.height }.max() ?? 0 }
        var (bottom, middles) = (38 - gap, [Double]())
        for height in heights.reversed() {
            bottom += gap + height
            middles.append(bottom - height / 2)
        }
        (self.heights, self.middles, legendTop) = (heights, middles.reversed(), bottom + 18)
        // In the middle of the picture, if there is room.
        let right = layout.slots.map { $0.x + $0.size.width / 2 }.max() ?? 0
        left = max(margin, (SVG.columnWidth - right) / 2)
    }

    func picture(title: String) -> SVG {
        let right = left + (layout.slots.map { $0.x + $0.size.width / 2 }.max() ?? 0)
        let named = graph.values.compactMap { value in
            value.label.map {
                "\($0): data \(decimals(value.data)), grad \(decimals(value.grad))."
            }
        }
        var svg = SVG(
            width: max(SVG.columnWidth, (right + margin).rounded(.up)),
            height: legendTop + 26, title: title,
            summary: "A graph of \(graph.values.count) numbers, each below those it is made from. "
                + named.joined(separator: " "))
        for slot in layout.slots { drawLines(to: slot, in: &svg) }
        for slot in layout.slots where !slot.isPassing { draw(slot, in: &svg) }
        drawLegend(y: legendTop, in: &svg)
        return svg
    }

    private func drawLines(to slot: GraphLayout.Slot, in svg: inout SVG) {
        let (middle, half) = (middles[slot.row], heights[slot.row] / 2)
        let sources = slot.above.map { layout.slots[$0] }.sorted { $0.x < $1.x }
        let apart = min(12, (slot.size.width - 6) / Double(max(sources.count, 1)))
        for (i, source) in sources.enumerated() {
            let port = (Double(i) - Double(sources.count - 1) / 2) * apart
            svg.arrow(
                from: (
                    left + source.x,
                    middles[source.row]
                        + (source.isPassing ? heights[source.row] : source.size.height) / 2
                ),
                to: (left + slot.x + (slot.isPassing ? 0 : port), middle - half),
                end: slot.isPassing ? middle + half : middle - slot.size.height / 2,
                head: !slot.isPassing)
        }
    }

    private func draw(_ slot: GraphLayout.Slot, in svg: inout SVG) {
        let value = graph.values[slot.value]
        let (width, height) = slot.size
        let (x, y) = (left + slot.x - width / 2, middles[slot.row] - height / 2)
        func rectangle(fill: SVG.Role? = nil, stroke: SVG.Role? = nil, opacity: Double = 1) {
            svg.rectangle(
                x: x, y: y, width: width, height: height, fill: fill, stroke: stroke,
                opacity: opacity)
        }
        func text(
            _ text: String, x: Double, line: Double, anchor: SVG.Anchor = .start, bold: Bool = false
        ) {
            svg.text(
                text, x: x, y: y + line * lineHeight - 1, size: SVG.smallFont, anchor: anchor,
                bold: bold, mono: true)
        }
        rectangle(fill: .paper, stroke: value.isConstant ? .faint : nil)
        guard !value.isConstant else {
            return text(value.constantText, x: x + width / 2, line: 1, anchor: .middle)
        }
        let strength = graph.strength(of: value)
        if strength > 0 {
            rectangle(fill: value.grad < 0 ? .second : .accent, opacity: 0.5 * strength)
        }
        let (field, below) = (x + value.operationWidth, y + lineHeight + 3)
        if value.operation != .leaf {
            svg.rectangle(x: x, y: y, width: field - x, height: below - y, fill: .paper)
            svg.line(from: (field, y), to: (field, below))
            svg.line(from: (x, below), to: (field, below))
            text(value.operationText, x: (x + field) / 2, line: 1, anchor: .middle, bold: true)
        }
        rectangle(stroke: .muted)
        if let label = value.label { text(label, x: field + 6, line: 1, bold: true) }
        for (line, (name, number)) in zip([2.0, 3], [("data", value.data), ("grad", value.grad)]) {
            text(name, x: x + 6, line: line)
            text(decimals(number), x: x + width - 6, line: line, anchor: .end)
        }
    }

    private func drawLegend(y: Double, in svg: inout SVG) {
        var x = margin
        for (role, text) in [(SVG.Role.accent, "grad above 0"), (.second, "grad below 0")] {
            svg.rectangle(x: x, y: y, width: 12, height: 12, fill: role, opacity: 0.4)
            svg.text(text, x: x + 18, y: y + 10, size: SVG.smallFont, fill: .muted)
            x += 105
        }
        svg.text(
            "the stronger the colour, the larger", x: x, y: y + 10, size: SVG.smallFont,
            fill: .muted)
    }
}
