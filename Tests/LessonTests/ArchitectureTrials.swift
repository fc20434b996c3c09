import Course
import LessonFigures
import LessonJudges
import Inspection
import MicroGPT
import Solutions

extension Trial {
    static let architecture = [
        Trial(
            "03-01-embedding",
            solution: { try Judge.embedding(Solutions.embedding) },
            wrong: {
                try Judge.embedding { tokenID, posID, wte, wpe in
                    for (t, p) in zip(wte[tokenID], wpe[posID]) { t.data += p.data }
                    return wte[tokenID]
                }
            },
            says: "after embedding(of: 2, at: 0), wte[2][0]: expected 4, got 4.1"),
        Trial(
            "03-02-linear",
            solution: { try Judge.multiply(Solutions.multiply) },
            wrong: {
                try Judge.multiply { w, x in
                    w[0].indices.map { j in
                        zip(w, x).reduce(Value(0)) { sum, pair in sum + pair.0[j] * pair.1 }
                    }
                }
            },
            says: "multiply([[1, 2], [3, 4]], [1, 10])[0]: expected 21, got 31"),
        Trial(
            "03-03-softmax",
            solution: { try Judge.softmax(Solutions.stableSoftmax) },
            wrong: {
                try Judge.softmax { logits in
                    let exps = logits.map { $0.exp() }
                    return exps.map { $0 / sum(exps) }
                }
            },
            says: "stableSoftmax([1000, 1000])[0]: expected 0.5, got "),
        Trial(
            "03-04-norms",
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
            says: "gradient of rmsNorm([1, -2, 3])[0] by x[0]: expected 0.4298"),
        Trial(
            "03-05-one-head",
            solution: { try Judge.oneHead(Solutions.oneHead) },
            wrong: {
                try Judge.oneHead { q, keys, values in
                    let attnWeights = softmax(keys.map { k in dot(q, k) })
                    return q.indices.map { j in dot(attnWeights, values.map { v in v[j] }) }
                }
            },
            says: "oneHead(q: [2, 0, 0, 0], keys: [[0, 0, 0, 0], [ln 3, 0, 0, 0]], "),
    ]
}
