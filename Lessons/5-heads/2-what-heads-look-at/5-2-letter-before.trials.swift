import Course
import LessonJudges
import Solutions
import Testing

extension EachExercise {
    @Test func `5-2 letter before`() {
        expect(
            solution: { try Judge.letterBefore(Solutions.lookedAtLetterBefore) },
            wrong: {
                try Judge.letterBefore { weights in
                    weights.dropFirst().map { $0[$0.count - 2] }.reduce(0, +)
                        / Double(weights.count - 1)
                }
            },
            says: "a head that looks evenly: expected 1, got ")
    }
}
