import Course
import LessonJudges
import Solutions
import Testing

extension EachExercise {
    @Test func `9-3 post norm layer`() {
        expect(
            solution: {
                try Judge.postNormLayer { x, attention, mlp in
                    try Solutions.postNormLayer(x, attention: attention, mlp: mlp)
                }
            },
            wrong: {
                try Judge.postNormLayer { x, attention, mlp in
                    try Solutions.withResidual(try Solutions.withResidual(x, attention), mlp)
                }
            },
            says: "what attention gets of [3, -4][0]: expected 3, got 0.84")
    }
}
