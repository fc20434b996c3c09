import Course
import Inspection
import LessonJudges
import MicroGPT
import Solutions
import Testing

extension EachExercise {
    @Test func `4-5 norms`() {
        expect(
            solution: {
                try Judge.rmsNorm(Solutions.rmsNorm)
                try Judge.layerNorm(Solutions.layerNorm)
            },
            wrong: {
                try Judge.rmsNorm { x in
                    let scale = (dot(x, x) / Double(x.count) + 1e-5).pow(-0.5).data
                    return x.map { $0 * scale }
                }
            },
            says: "gradient of rmsNorm([1, -2, 3])[0] by x[0]: expected 0.4298")
    }
}
