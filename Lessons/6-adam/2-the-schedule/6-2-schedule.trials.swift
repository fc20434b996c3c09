import Course
import Foundation
import Inspection
import LessonJudges
import Solutions
import Testing

extension EachExercise {
    @Test func `6-2 schedule`() {
        expect(
            solution: { try Judge.schedule(Solutions.scheduledRate) },
            wrong: {
                try Judge.schedule { step, config in
                    let done = Double(step / config.numSteps)
                    return config.learningRate * 0.5 * (1 + cos(.pi * done))
                }
            },
            says: "lesson, learning rate 0.01: rate at step 1: expected 0.0099999")
    }

    @Test func `6-2 a schedule that counts from 1`() {
        expect("lesson, learning rate 0.01: rate at step 0: expected 0.01, got 0.00999990") {
            try Judge.schedule { step, config in
                try Solutions.scheduledRate(step: step + 1, config)
            }
        }
    }
}
