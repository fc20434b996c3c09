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

/// The graph of all that a number was made from, as a picture: operands left of results, each value
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

/// Columns of slots, each for a value or for a line that passes between values on its way to another
/// column (K. Sugiyama, S. Tagawa and M. Toda, "Methods for Visual Understanding of Hierarchical
/// System Structures", 1981).
private struct GraphLayout {
    struct Slot {
        let value: Int
        let column: Int
        let isPassing: Bool
        let size: (width: Double, height: Double)
        var left: [Int] = []  // slots one column to the left that have a line to this one
        var right: [Int] = []
        var y = 0.0  // of its middle
    }

    private(set) var slots: [Slot] = []
    /// The slots of each column from top to bottom; column 0, on the right, has the result.
    private(set) var columns: [[Int]] = []

    init(of graph: Graph) {
        makeSlots(graph)
        orderSlots()
        placeSlots()
    }

    /// Each value one column to the left of the leftmost that was made from it; its lines share
    /// their way as far as they go together.
    private mutating func makeSlots(_ graph: Graph) {
        var column = Array(repeating: 0, count: graph.values.count)
        var parents: [[Int]] = Array(repeating: [], count: graph.values.count)
        for (i, children) in graph.children.enumerated() {
            for child in children { parents[child].append(i) }
        }
        var (missing, ready) = (parents.map(\.count), [0])
        while let i = ready.popLast() {
            for child in graph.children[i] {
                column[child] = max(column[child], column[i] + 1)
                missing[child] -= 1
                if missing[child] == 0 { ready.append(child) }
            }
        }

        columns = Array(repeating: [], count: (column.max() ?? 0) + 1)
        for (i, value) in graph.values.enumerated() {
            add(Slot(value: i, column: column[i], isPassing: false, size: value.size))
        }
        for i in graph.values.indices {
            let goals = Dictionary(grouping: parents[i]) { column[$0] }
            var last = i
            for c in stride(from: column[i] - 1, through: goals.keys.min() ?? column[i], by: -1) {
                for goal in goals[c] ?? [] { connect(last, goal) }
                if goals.keys.contains(where: { $0 < c }) {
                    add(Slot(value: i, column: c, isPassing: true, size: (0, 0)))
                    connect(last, slots.count - 1)
                    last = slots.count - 1
                }
            }
        }
    }

    private mutating func add(_ slot: Slot) {
        columns[slot.column].append(slots.count)
        slots.append(slot)
    }

    private mutating func connect(_ left: Int, _ right: Int) {
        slots[left].right.append(right)
        slots[right].left.append(left)
    }

    /// Few crossings: each slot at the mean place of those it is connected with, column after
    /// column, to the left and back again.
    private mutating func orderSlots() {
        var place = Array(repeating: 0, count: slots.count)
        for column in columns { for (p, s) in column.enumerated() { place[s] = p } }
        for sweep in 0..<24 {
            let isToTheLeft = sweep % 2 == 0
            for c in isToTheLeft ? Array(columns.indices) : columns.indices.reversed() {
                let keys = columns[c].map { s in
                    let near = isToTheLeft ? slots[s].right : slots[s].left
                    let sum = near.reduce(0) { $0 + place[$1] }
                    return near.isEmpty ? Double(place[s]) : Double(sum) / Double(near.count)
                }
                columns[c] = keys.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
                    .map { columns[c][$0] }
                for (p, s) in columns[c].enumerated() { place[s] = p }
            }
        }
    }

    /// Straight lines: each slot at the mean height of those it is connected with, as far as the
    /// order and the sizes allow.
    private mutating func placeSlots() {
        for sweep in 0..<40 {
            for c in sweep % 2 == 0 ? Array(columns.indices) : columns.indices.reversed() {
                let wanted = columns[c].map { s in
                    let near = slots[s].left + slots[s].right
                    let sum = near.reduce(0) { $0 + slots[$1].y }
                    return near.isEmpty ? slots[s].y : sum / Double(near.count)
                }
                for (s, y) in zip(columns[c], spread(columns[c], wanted)) { slots[s].y = y }
            }
        }
        let top = slots.map { $0.y - $0.size.height / 2 }.min() ?? 0
        for s in slots.indices { slots[s].y -= top }
    }

    /// The heights nearest to the wanted ones at which nothing overlaps, by least squares.
    private func spread(_ column: [Int], _ wanted: [Double]) -> [Double] {
        // With the room that each needs taken off, they only have to stay in order: isotonic
        // regression, by pooling neighbours that are not.
        var (room, rooms) = (0.0, [0.0])
        for (upper, lower) in zip(column, column.dropFirst()) {
            room += (slots[upper].size.height + slots[lower].size.height) / 2 + 14
            rooms.append(room)
        }
        var pools: [(mean: Double, count: Int)] = []
        for (y, room) in zip(wanted, rooms) {
            var pool = (mean: y - room, count: 1)
            while let last = pools.last, last.mean > pool.mean {
                pools.removeLast()
                let count = last.count + pool.count
                let sum = last.mean * Double(last.count) + pool.mean * Double(pool.count)
                pool = (sum / Double(count), count)
            }
            pools.append(pool)
        }
        let means = pools.flatMap { Array(repeating: $0.mean, count: $0.count) }
        return zip(means, rooms).map { $0 + $1 }
    }
}

// MARK: - Drawing

private let fontSize = 11.0
private let characterWidth = 0.605 * fontSize  // the widest of common monospaced fonts
private let rowHeight = 15.0

extension Value {
    /// The width of the field with the operation.
    fileprivate var operationWidth: Double {
        operation == .leaf ? 0 : Double(operationText.count) * characterWidth + 12
    }

    fileprivate var size: (width: Double, height: Double) {
        if isConstant { return (Double(constantText.count) * characterWidth + 10, 20) }
        let numbers = max(decimals(data).count, decimals(grad).count, 7) + "data ".count
        let characters = max(label?.harmless().count ?? 0, numbers)
        return (
            operationWidth + Double(characters) * characterWidth + 12,
            rowHeight * (label == nil ? 2 : 3) + 6
        )
    }
}

private struct GraphDrawing {
    private let graph: Graph
    private let layout: GraphLayout
    private let columnEnds: [(left: Double, right: Double)]
    private let margin = 16.0
    private let top = 46.0
    private let gap = 44.0

    init(of graph: Graph, _ layout: GraphLayout) {
        (self.graph, self.layout) = (graph, layout)
        var (x, ends) = (margin, [(left: Double, right: Double)]())
        for column in layout.columns.reversed() {
            let width = column.map { layout.slots[$0].size.width }.max() ?? 0
            ends.append((x, x + width))
            x += width + gap
        }
        columnEnds = ends.reversed()
    }

    func picture(title: String) -> SVG {
        let bottom = top + (layout.slots.map { $0.y + $0.size.height / 2 }.max() ?? 0)
        let legendWidth = 420.0
        let width = max(columnEnds[0].right, Double(title.count) * 9, legendWidth) + margin
        var svg = SVG(width: width.rounded(.up), height: (bottom + 46).rounded(.up), title: title)
        svg.text(title, x: margin, y: 26, size: 15, bold: true)
        for slot in layout.slots { drawLines(to: slot, in: &svg) }
        for slot in layout.slots where !slot.isPassing { draw(slot, in: &svg) }
        drawLegend(y: bottom + 20, in: &svg)
        return svg
    }

    private func drawLines(to slot: GraphLayout.Slot, in svg: inout SVG) {
        let column = columnEnds[slot.column]
        let sources = slot.left.map { layout.slots[$0] }.sorted { $0.y < $1.y }
        let apart = min(8, (slot.size.height - 6) / Double(max(sources.count, 1)))
        for (i, source) in sources.enumerated() {
            let port = (Double(i) - Double(sources.count - 1) / 2) * apart
            let y = top + slot.y + (slot.isPassing ? 0 : port)
            svg.arrow(
                from: (columnEnds[source.column].right, top + source.y), to: (column.left, y),
                end: slot.isPassing ? column.right : column.right - slot.size.width,
                head: !slot.isPassing)
        }
    }

    private func draw(_ slot: GraphLayout.Slot, in svg: inout SVG) {
        let value = graph.values[slot.value]
        let (width, height) = slot.size
        let right = columnEnds[slot.column].right
        let (x, y) = (right - width, top + slot.y - height / 2)
        func rectangle(
            from x: Double, fill: SVG.Role? = nil, stroke: SVG.Role? = nil, opacity: Double = 1
        ) {
            svg.rectangle(
                x: x, y: y, width: right - x, height: height, fill: fill, stroke: stroke,
                opacity: opacity)
        }
        guard !value.isConstant else {
            rectangle(from: x, fill: .paper, stroke: .faint)
            svg.text(
                value.constantText, x: x + width / 2, y: y + 14, size: fontSize, anchor: .middle,
                fill: .muted, mono: true)
            return
        }
        let field = x + value.operationWidth
        rectangle(from: x, fill: .paper)
        let strength = graph.strength(of: value)
        if strength > 0 {
            rectangle(
                from: field, fill: value.grad < 0 ? .second : .accent, opacity: 0.5 * strength)
        }
        rectangle(from: x, stroke: .muted)
        if value.operation != .leaf {
            svg.line(from: (field, y), to: (field, y + height))
            svg.text(
                value.operationText, x: (x + field) / 2, y: top + slot.y + 4, size: fontSize,
                anchor: .middle, bold: true, mono: true)
        }
        var baseline = y + rowHeight - 1
        if let label = value.label {
            svg.text(label, x: field + 6, y: baseline, size: fontSize, bold: true, mono: true)
            baseline += rowHeight
        }
        for (name, number) in [("data", value.data), ("grad", value.grad)] {
            svg.text(name, x: field + 6, y: baseline, size: fontSize, mono: true)
            svg.text(
                decimals(number), x: right - 6, y: baseline, size: fontSize, anchor: .end,
                mono: true)
            baseline += rowHeight
        }
    }

    private func drawLegend(y: Double, in svg: inout SVG) {
        var x = margin
        for (role, text) in [(SVG.Role.accent, "grad above 0"), (.second, "grad below 0")] {
            svg.rectangle(x: x, y: y, width: 12, height: 12, fill: role, opacity: 0.4)
            svg.text(text, x: x + 18, y: y + 10, size: fontSize, fill: .muted)
            x += 105
        }
        svg.text(
            "the stronger the colour, the larger", x: x, y: y + 10, size: fontSize, fill: .muted)
    }
}
