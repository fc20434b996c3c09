import Course
import Inspection
import LessonJudges
import MicroGPT
import Solutions
import Testing

extension EachExercise {
    @Test func `8-4 linear backward`() {
        expect(
            solution: { try Judge.linearBackward(Solutions.linearBackward) },
            wrong: {
                try Judge.linearBackward { dY, x, w, nIn, nOut, dX, dW in
                    for t in 0..<x.count / nIn {
                        for o in 0..<nOut {
                            for i in 0..<nIn {
                                dX[t * nIn + i] += dY[t * nOut + o] * w[o * nIn + i]
                                dW[o * nIn + i] = dY[t * nOut + o] * x[t * nIn + i]  // not added
                            }
                        }
                    }
                }
            },
            says: """
                x = 2, 0, -1, w = 1, 2, 3 and 4, 5, 6, dY = 1, 10, a second time: dW[0]: \
                expected 4, got 2
                """)
    }
}
