import Course
import LessonJudges
import MicroGPT
import Solutions
import Testing

extension EachExercise {
    @Test func `9-1 heads of their own`() {
        expect(
            solution: { try Judge.headsOfTheirOwn(Solutions.headsOfTheirOwn) },
            wrong: {
                try Judge.headsOfTheirOwn { xs, wq, wk, wv in
                    let outputs = try wq.indices.map { h in
                        try Solutions.headsOfTheirOwn(xs, [wq[h]], [wk[h]], [wv[h]])
                    }
                    return outputs[0].indices.map { j in sum(outputs.map { $0[j] }) }
                }
            },
            says: "2 heads of 2 at position 2.count: expected 4, got 2")
    }
}
