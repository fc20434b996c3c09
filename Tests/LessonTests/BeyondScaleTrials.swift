import Course
import LessonFigures
import LessonJudges
import Solutions

extension Trial {
    static let beyondScale = [
        Trial(
            "08-09-parameter-count",
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
    ]
}
