import Course
import LessonJudges
import Solutions
import Testing

extension EachExercise {
    @Test func `9-9 parameter count`() {
        expect(
            solution: { try Judge.parameterCount(Solutions.parameterCount) },
            wrong: {
                // The matrix for the logits is counted, too, though it is the embeddings' own.
                try Judge.parameterCount { width, layers, context, vocabulary in
                    try Solutions.parameterCount(
                        width: width, layers: layers, context: context, vocabulary: vocabulary)
                        + vocabulary * width
                }
            },
            says: "width 1, no layer, context 3, 5 tokens: expected 10, got 15")
    }
}
