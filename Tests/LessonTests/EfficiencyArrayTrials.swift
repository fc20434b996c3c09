import Course
import LessonFigures
import LessonJudges
import Inspection
import MicroGPT
import Solutions

extension Trial {
    static let efficiencyArrays = [
        Trial(
            "07-04-linear-backward",
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
                """),
        Trial(
            "07-05-pack-by-position",
            solution: {
                try Judge.packByPosition { try Solutions.packByPosition($0, blockSize: $1) }
            },
            wrong: {
                try Judge.packByPosition { documents, blockSize in  // in the order given
                    var (starts, tokens, targets): ([Int], [Int], [Int]) = ([], [], [])
                    for t in 0..<min(blockSize, (documents.map(\.count).max() ?? 1) - 1) {
                        starts.append(tokens.count)
                        for document in documents where document.count > t + 1 {
                            tokens.append(document[t])
                            targets.append(document[t + 1])
                        }
                    }
                    return (starts, tokens, targets)
                }
            },
            says: """
                [[9, 0, 9], [9, 4, 5, 9]] with blockSize 8: tokens: expected [9, 9, 4, 0, 5], \
                got [9, 9, 0, 4, 5]
                """),
    ]
}
