import Course
import LessonJudges
import MicroGPT
import Solutions
import Testing

extension EachExercise {
    @Test func `9-4 dropout`() {
        expect(
            solution: {
                try Judge.droppedOut { x, rate, isTraining, rng in
                    try Solutions.droppedOut(x, rate: rate, isTraining: isTraining, rng: &rng)
                }
            },
            wrong: {
                try Judge.droppedOut { x, rate, _, rng in
                    x.map { $0 * (rng.random() < rate ? 0 : 1) }
                }
            },
            says: "[1, 2, … 8] in training with rate 0.25 and seed 42[0]: "
                + "expected 1.333333333, got 1")
    }
}
