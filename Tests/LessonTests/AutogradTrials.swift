import Course
import LessonFigures
import LessonJudges
import MicroGPT
import Solutions

extension Trial {
    static let autograd = [
        Trial(
            "02-01-slope",
            solution: { try Judge.slope(Solutions.slope) },
            wrong: { try Judge.slope { f, x in (f(x + 1e-8) - f(x)) / 1e-8 } },
            says: "slope of 1000 * x * x at its lowest point, 0: expected 0, got 1e-05"),
        Trial(
            "02-02-chain-rule",
            solution: { try Judge.chainRule(Solutions.derivative) },
            wrong: {
                try Judge.chainRule { links, x in links.reduce(1) { $0 * $1.derivative(x) } }
            },
            says: "derivative of (3x + 1)² at 2: expected 42, got 12"),
        Trial(
            "02-03-add-and-multiply",
            solution: {
                try Judge.added(Solutions.add)
                try Judge.multiplied(Solutions.multiply)
            },
            wrong: {
                try Judge.multiplied { a, b in
                    Value(a.data * b.data, [a, b], [a.data, b.data])
                }
            },
            says: "multiply(2, -3).localGrads[0]: expected -3, got 2"),
        Trial(
            "02-04-topological-sort",
            solution: { try Judge.topologicalSort(Solutions.topologicalOrder) },
            wrong: {
                // The node, then its children; and all of it backwards.
                try Judge.topologicalSort { root in
                    var (order, visited): ([Value], Set<ObjectIdentifier>) = ([], [])
                    func visit(_ node: Value) {
                        guard visited.insert(ObjectIdentifier(node)).inserted else { return }
                        order.append(node)
                        for child in node.children.reversed() { visit(child) }
                    }
                    visit(root)
                    return order.reversed()
                }
            },
            says: "topologicalOrder of a diamond: b and c from a, d = b + c: expected a before b"),
    ]
}
