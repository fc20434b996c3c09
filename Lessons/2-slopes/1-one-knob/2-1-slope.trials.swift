import Course
import LessonJudges
import Solutions
import Testing

extension EachExercise {
    @Test func `2-1 slope`() {
        expect(
            solution: { try Judge.slope(Solutions.slope) },
            wrong: { try Judge.slope { f, x in (f(x + 1e-8) - f(x)) / 1e-8 } },
            says: "slope of 1000 * x * x at its lowest point, 0: expected 0, got 1e-05")
    }
}
