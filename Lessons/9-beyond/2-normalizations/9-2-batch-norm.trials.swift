import Course
import LessonJudges
import MicroGPT
import Solutions
import Testing

extension EachExercise {
    @Test func `9-2 batch norm`() {
        expect(
            solution: { try Judge.batchNorm(Solutions.batchNorm) },
            wrong: {
                try Judge.batchNorm { batch, gain, bias in
                    batch.map { row in
                        layernorm(row).indices.map { j in
                            layernorm(row)[j] * gain[j] + bias[j]
                        }
                    }
                }
            },
            says: "batchNorm([[1, 10, 5], [3, 30, 5]])[0][0]: expected -0.999995, got -1.1")
    }
}
