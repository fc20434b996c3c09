import Course
import LessonJudges
import MicroGPT
import Solutions
import Testing

extension EachExercise {
    @Test func `9-6 gelu feed forward`() {
        expect(
            solution: { try Judge.geluFeedForward(Solutions.geluFeedForward) },
            wrong: {
                try Judge.geluFeedForward { x, w1, b1, w2, b2 in
                    let zeros = b1.map { _ in Value(0) }
                    let y = try Solutions.geluFeedForward(x, w1, zeros, w2, b2)
                    return zip(y, linear(b1, w2)).map { y, late in y + late }
                }
            },
            says: "with the bias -1.5 before GELU[0]: expected -0.308")
    }
}
