import Course
import Foundation
import Inspection
import LessonJudges
import Solutions
import Testing

extension EachExercise {
    @Test func `7-3 mend adam`() {
        expect(
            solution: { try Judge.mendedAdam(Solutions.mendedAdam) },
            wrong: {
                // Keeps the moments without their bias.
                try Judge.mendedAdam { param, m, v, step, config in
                    try Solutions.mendedAdam(param, &m, &v, step: step, config)
                    m /= 1 - pow(config.beta1, Double(step + 1))
                    v /= 1 - pow(config.beta2, Double(step + 1))
                }
            },
            says: "update 1, gradient 0.4, m: expected 0.04, got 0.4")
    }
}
