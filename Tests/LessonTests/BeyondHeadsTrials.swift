import Course
import LessonFigures
import LessonJudges
import MicroGPT
import Solutions

extension Trial {
    static let beyondHeadsAndNorms = [
        Trial(
            "08-01-heads-of-their-own",
            solution: { try Judge.headsOfTheirOwn(Solutions.headsOfTheirOwn) },
            wrong: {
                try Judge.headsOfTheirOwn { xs, wq, wk, wv in
                    let outputs = try wq.indices.map { h in
                        try Solutions.headsOfTheirOwn(xs, [wq[h]], [wk[h]], [wv[h]])
                    }
                    return outputs[0].indices.map { j in sum(outputs.map { $0[j] }) }
                }
            },
            says: "2 heads of 2 at position 2.count: expected 4, got 2"),
        Trial(
            "08-02-batch-norm",
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
            says: "batchNorm([[1, 10, 5], [3, 30, 5]])[0][0]: expected -0.999995, got -1.1"),
    ]
}
