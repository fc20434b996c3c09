import Course
import Inspection
import LessonJudges
import Solutions
import Testing

extension EachExercise {
    @Test func `3-3 backward`() {
        expect(
            solution: { try Judge.backward(Solutions.backward) },
            wrong: {
                try Judge.backward { root in  // breadth first
                    root.grad = 1
                    var queue = [root]
                    var next = 0
                    while next < queue.count {
                        let node = queue[next]
                        for (child, localGrad) in zip(node.children, node.localGrads) {
                            child.grad += localGrad * node.grad
                            if !queue.contains(where: { $0 === child }) { queue.append(child) }
                        }
                        next += 1
                    }
                }
            },
            says: "y = d * e with a = 2, d = 3 * a, e = d + 1: a.grad: expected 39, got 21")
    }
}
