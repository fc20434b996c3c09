import Course
import LessonJudges
import Solutions
import Testing

extension EachExercise {
    @Test func `2-5 chain rule`() {
        expect(
            solution: { try Judge.chainRule(Solutions.derivative) },
            wrong: {
                try Judge.chainRule { links, x in links.reduce(1) { $0 * $1.derivative(x) } }
            },
            says: "derivative of (3x + 1)² at 2: expected 42, got 12")
    }
}
