import Course
import Inspection
import LessonJudges
import MicroGPT
import Solutions
import Testing

extension EachExercise {
    @Test func `2-4 softmax`() {
        expect(
            solution: { try Judge.softmax(Solutions.stableSoftmax) },
            wrong: {
                try Judge.softmax { logits in
                    let exps = logits.map { $0.exp() }
                    return exps.map { $0 / sum(exps) }
                }
            },
            says: "stableSoftmax([1000, 1000])[0]: expected 0.5, got ")
    }
}
