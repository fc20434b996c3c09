import Course
import Inspection
import LessonJudges
import MicroGPT
import Solutions
import Testing

extension EachExercise {
    @Test func `2-3 linear`() {
        expect(
            solution: { try Judge.multiply(Solutions.multiply) },
            wrong: {
                try Judge.multiply { w, x in
                    w[0].indices.map { j in
                        zip(w, x).reduce(Value(0)) { sum, pair in sum + pair.0[j] * pair.1 }
                    }
                }
            },
            says: "multiply([[1, 2], [3, 4]], [1, 10])[0]: expected 21, got 31")
    }
}
