import Course
import LessonJudges
import MicroGPT
import Solutions
import Testing

extension EachExercise {
    @Test func `3-2 topological sort`() {
        expect(
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
            says: "topologicalOrder of a diamond: b and c from a, d = b + c: expected a before b")
    }
}
