import Course
import Inspection
import LessonJudges
import MicroGPT
import Solutions
import Testing

extension EachExercise {
    @Test func `8-2 dot in one`() {
        expect(
            solution: { try Judge.dotInOne(Solutions.dotInOne) },
            wrong: {
                try Judge.dotInOne { xs, ys in  // the first pair first on the way back
                    let (data, _) = try Solutions.dotInOne(xs, ys)
                    return (
                        data,
                        { grad in
                            for (x, y) in zip(xs, ys) {
                                x.grad += y.data * grad
                                y.grad += x.data * grad
                            }
                        }
                    )
                }
            },
            says: "0.1 * 0.2 + 0.1 * 0.3 + 0.1 * 0.7: the gradient of 0.1, which was 0.1, after")
    }
}
