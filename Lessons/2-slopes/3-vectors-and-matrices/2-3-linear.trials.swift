import Course
import LessonJudges
import Solutions
import Testing

extension EachExercise {
    @Test func `2-3 linear`() {
        expect(
            solution: { try Judge.multiply(Solutions.multiply) },
            wrong: {
                try Judge.multiply { w, x in
                    w[0].indices.map { j in zip(w, x).reduce(0) { $0 + $1.0[j] * $1.1 } }
                }
            },
            says: """
                multiply([[1, 2], [3, 4]], [1, 10])[0]: expected 21, got 31
                that takes the columns of w, and not its rows
                """)
    }
}
