import Course
import Inspection
import LessonJudges
import MicroGPT
import Solutions
import Testing

extension EachExercise {
    @Test func `4-2 one head`() {
        expect(
            solution: { try Judge.oneHead(Solutions.oneHead) },
            wrong: {
                try Judge.oneHead { q, keys, values in
                    let attnWeights = softmax(keys.map { k in dot(q, k) })
                    return q.indices.map { j in dot(attnWeights, values.map { v in v[j] }) }
                }
            },
            says: "oneHead(q: [2, 0, 0, 0], keys: [[0, 0, 0, 0], [ln 3, 0, 0, 0]], ")
    }
}
