import Course
import Inspection
import LessonJudges
import Solutions
import Testing

extension EachExercise {
    @Test func `3-5 central differences`() {
        expect(
            solution: {
                try Judge.centralDifferences {
                    try Solutions.centralDifferences(of: $0, by: $1, h: $2)
                }
            },
            wrong: {
                try Judge.centralDifferences { function, params, h in  // put back by arithmetic
                    params.map { p in
                        p.data += h
                        let above = function()
                        p.data -= 2 * h
                        let below = function()
                        p.data += h
                        return (above - below) / (2 * h)
                    }
                }
            },
            says: "differences of exp at 0.3: its data afterwards: expected 0.3, got 0.3000000")
    }
}
