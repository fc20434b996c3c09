import Course
import Inspection
import LessonJudges
import MicroGPT
import Solutions
import Testing

extension EachExercise {
    @Test func `7-2 mend a head`() {
        expect(
            solution: { try Judge.mendedHead(Solutions.mendedHead) },
            wrong: {
                // Right slices, and the scale of the whole vector.
                try Judge.mendedHead { h, q, keys, values, headDim in
                    let scale = (Double(headDim) / Double(q.count)).squareRoot()
                    return try Solutions.mendedHead(
                        h, q.map { $0 * scale }, keys, values, headDim: headDim)
                }
            },
            says: "head 0 of 4, headDim 4[0]: expected ")
    }
}
