import Course
import Inspection
import LessonJudges
import Solutions
import Testing

extension EachExercise {
    @Test func `7-5 wrong matrices`() {
        expect(
            solution: { try Judge.wrongMatrices(Solutions.wrongMatrices) },
            wrong: {
                // Forgets what is left over in the gradients.
                try Judge.wrongMatrices { matrices, loss in
                    let params = matrices.flatMap { $0.matrix.joined() }
                    let left = params.map(\.grad)
                    return try Solutions.wrongMatrices(matrices) {
                        for (p, grad) in zip(params, left) { p.grad = grad }
                        return loss()
                    }
                }
            },
            says: "a right graph: expected [], got [\"w1\", \"w2\", \"w3\"]")
    }
}
