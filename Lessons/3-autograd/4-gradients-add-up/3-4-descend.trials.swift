import Course
import Inspection
import LessonJudges
import Solutions
import Testing

extension EachExercise {
    @Test func `3-4 descend`() {
        expect(
            solution: { try Judge.descend { try Solutions.descend($0, on: $1, learningRate: $2) } },
            wrong: {
                try Judge.descend { params, losses, learningRate in  // never zeroed
                    for loss in losses { loss().backward() }
                    for p in params { p.data -= learningRate * p.grad / Double(losses.count) }
                }
            },
            says: "a step from w = 0 on (w - 3)²: w.grad afterwards: expected 0, got -6")
    }
}
