import Course
import Inspection
import LessonJudges
import Solutions
import Testing

extension EachExercise {
    @Test func `8-5 pack by position`() {
        expect(
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
                """)
    }
}
