import Course
import Foundation
import Inspection
import MicroGPT

extension Figures {
    static let autogradCourse: [String: Picture] = [
        "remembers": {
            let (a, b, c) = (Value(2), Value(-3), Value(10))
            let product = a * b
            return picture(
                of: [
                    .init("a", a, x: 90, y: 74), .init("b", b, x: 230, y: 74),
                    .init("c", c, x: 380, y: 164), .init("a * b", product, x: 160, y: 164),
                    .init("a * b + c", product + c, x: 270, y: 254),
                ], title: "Each number keeps its children, and a slope for each",
                shows: .slopes)
        },
        "sharedGraph": { picture(of: shared(), title: "d is used twice", shows: .data) },
        "turns": {
            let nodes = shared()
            nodes.last?.value.backward()
            return picture(
                of: nodes, title: "Backwards: y first, then e, then d", shows: .gradients)
        },
        "twoRoads": {
            let x = Value(3)
            let square = x * x
            let double = x * 2
            let y = square + double
            y.backward()
            return picture(
                of: [
                    .init("x", x, x: 240, y: 74), .init("x * x", square, x: 120, y: 164),
                    .init("x * 2", double, x: 360, y: 164), .init("y", y, x: 240, y: 254),
                ], title: "Three ways lead from x to y, and their slopes add up",
                shows: .slopesAndGradients)
        },
    ]

    /// The graph of d = 3a, e = d + 1, y = de, in which the order of the backward pass matters.
    private static func shared() -> [Node] {
        let (a, three, one) = (Value(2), Value(3), Value(1))
        let d = three * a
        let e = d + one
        return [
            .init("3", three, x: 90, y: 74), .init("a", a, x: 230, y: 74),
            .init("d", d, x: 160, y: 164), .init("1", one, x: 400, y: 164),
            .init("e", e, x: 310, y: 254), .init("y", d * e, x: 200, y: 344),
        ]
    }

    /// A number, and where its box has its middle.
    private struct Node {
        let name: String
        let value: Value
        let x, y: Double

        init(_ name: String, _ value: Value, x: Double, y: Double) {
            (self.name, self.value, self.x, self.y) = (name, value, x, y)
        }

        /// A constant's name is its number.
        var text: String {
            let data = number(value.data)
            return name == data ? name : "\(name) = \(data)"
        }
    }

    private enum Shown { case data, slopes, gradients, slopesAndGradients }

    private static func number(_ x: Double) -> String { String(format: "%g", x) }

    /// Boxes, and an arrow from each child to what was made from it.
    private static func picture(of nodes: [Node], title: String, shows: Shown) -> SVG {
        let hasGradients = shows == .gradients || shows == .slopesAndGradients
        let texts = nodes.map { node in
            hasGradients ? "\(node.text), gradient \(number(node.value.grad))" : node.text
        }
        var svg = SVG(
            height: (nodes.map(\.y).max() ?? 0) + 40, title: title,
            summary: "Numbers, each below what it was made from. "
                + texts.joined(separator: "; ") + ".")
        for node in nodes {
            for (child, slope) in zip(node.value.children, node.value.localGrads) {
                guard let from = nodes.first(where: { $0.value === child }) else { continue }
                // Two uses of one number are two arrows.
                let uses = node.value.children.count { $0 === child }
                let (a, b) = (from.x, node.x)
                if uses > 1 {
                    svg.arrow(from: (a - 40, from.y + 22), to: (b - 25, node.y - 24))
                    svg.arrow(from: (a - 5, from.y + 22), to: (b + 25, node.y - 24))
                } else {
                    svg.arrow(
                        from: (a + (b - a) * 0.15, from.y + 22),
                        to: (b + (a - b) * 0.2, node.y - 24))
                }
                if shows == .slopes || shows == .slopesAndGradients {
                    // Beside the curve, on the side where there is room.
                    let (isLeft, middle) = (a < b || uses > 1, (a + b) / 2)
                    svg.text(
                        uses > 1 ? "× \(number(slope)), twice" : "× \(number(slope))",
                        x: middle + (uses > 1 ? -36 : isLeft ? -8 : 8),
                        y: (from.y + node.y) / 2 + (uses > 1 ? -2 : 15), size: 13,
                        anchor: isLeft ? .end : .start, fill: .second, bold: true)
                }
            }
        }
        for node in nodes {
            let width = hasGradients ? 132.0 : 112
            svg.rectangle(
                x: node.x - width / 2, y: node.y - 22, width: width, height: 44, radius: 8,
                fill: .paper, stroke: node.value.children.isEmpty ? .faint : .muted)
            svg.text(
                node.text, x: node.x, y: node.y + (hasGradients ? -3 : 5), size: 14,
                anchor: .middle,
                bold: true)
            if hasGradients {
                svg.text(
                    "gradient \(number(node.value.grad))", x: node.x, y: node.y + 14, size: 13,
                    anchor: .middle, fill: .accent)
            }
        }
        return svg
    }
}
