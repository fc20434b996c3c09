import Course
import LessonJudges
import MicroGPT
import Solutions
import Testing

extension EachExercise {
    @Test func `3-1 add and multiply`() {
        expect(
            solution: {
                try Judge.added(Solutions.add)
                try Judge.multiplied(Solutions.multiply)
            },
            wrong: {
                try Judge.multiplied { a, b in
                    Value(a.data * b.data, [a, b], [a.data, b.data])
                }
            },
            says: "multiply(2, -3).localGrads[0]: expected -3, got 2")
    }
}
