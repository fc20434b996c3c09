import Course
import Inspection
import LessonJudges
import MicroGPT
import Solutions
import Testing

extension EachExercise {
    @Test func `7-1 backward again`() {
        expect(
            solution: { try Judge.backwardAgain(Solutions.backwardAgain) },
            wrong: {
                // Sets leaves to zero, too, so that nothing adds up over calls.
                try Judge.backwardAgain { root in
                    func reset(_ node: Value) {
                        node.grad = 0
                        for child in node.children { reset(child) }
                    }
                    reset(root)
                    try Solutions.backwardAgain(root)
                }
            },
            says:
                "a = 2, b = -3, c = a * b, d = c + a, e = c * d; a.grad after 2 calls: expected 48, got 24"
        )
    }
}
