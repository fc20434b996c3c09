import Course
import LessonJudges
import Solutions
import Testing

extension EachExercise {
    @Test func `2-6 logit gradients`() {
        expect(
            solution: { try Judge.logitGradients(Solutions.logitGradients) },
            wrong: {  // the average forgotten
                try Judge.logitGradients { logits, targets in
                    try Solutions.logitGradients(logits, targets: targets).map { row in
                        row.map { $0 * Double(targets.count) }
                    }
                }
            },
            says: "logitGradients([[0.0, 0.0, 0.0, 0.0], [1.0, -1.0, 2.0, 0.5]], targets: [3, 1])"
                + "[0][0]: expected 0.125, got 0.25")
    }
}
