import Course
import LessonJudges
import Solutions
import Testing

extension EachExercise {
    @Test func `9-7 cross attention`() {
        expect(
            solution: { try Judge.crossAttention(Solutions.crossAttention) },
            wrong: {
                // Keys and values of its own: that is attention to itself.
                try Judge.crossAttention { xs, _, wq, wk, wv, nHead in
                    try Solutions.crossAttention(
                        xs: xs, encoded: xs, wq: wq, wk: wk, wv: wv, nHead: nHead)
                }
            },
            says:
                "xs [[1]], encoded [[0], [2]], wq [[1]], wk [[ln 3 / 2]], wv [[4]], one head: result[0][0]: expected 6, got 4"
        )
    }
}
