import Course
import Foundation
import LessonJudges
import Solutions
import Testing

extension EachExercise {
    @Test func `2-4 softmax`() {
        expect(
            solution: { try Judge.softmax(Solutions.stableSoftmax) },
            wrong: {
                try Judge.softmax { logits in
                    let exps = logits.map { exp($0) }
                    return exps.map { $0 / exps.reduce(0, +) }
                }
            },
            says: "stableSoftmax([1000, 1000])[0]: expected 0.5, got nan\nexp(1000) is inf: take "
                + "the largest off all first")
    }
}
