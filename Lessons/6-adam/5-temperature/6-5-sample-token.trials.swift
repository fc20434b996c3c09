import Course
import Inspection
import LessonJudges
import MicroGPT
import Solutions
import Testing

extension EachExercise {
    @Test func `6-5 sample token`() {
        expect(
            solution: { try Judge.sampleToken(Solutions.sampleToken) },
            wrong: {  // the temperature divides the probabilities, and then their sum
                try Judge.sampleToken { logits, temperature, random in
                    try Solutions.sampleToken(logits, temperature: 1, random: random)
                }
            },
            says: "sampleToken([2.0, 1.0, 0.0], temperature: 0.5, random: 0.7): expected 0, got 1")
    }
}
