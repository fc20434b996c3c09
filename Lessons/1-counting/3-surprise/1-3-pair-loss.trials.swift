import Course
import Foundation
import LessonJudges
import MicroGPT
import Solutions
import Testing

extension EachExercise {
    @Test func `1-3 pair loss`() {
        expect(
            solution: { try Judge.pairLoss(Solutions.pairLoss) },
            wrong: {  // the sum, not the mean
                try Judge.pairLoss { document, documents, vocabSize in
                    try Solutions.pairLoss(
                        document, countedIn: documents, vocabSize: vocabSize)
                        * Double(document.count - 1)
                }
            },
            says:
                "pairLoss([2, 0, 1, 2], countedIn: [[2, 0, 1, 2], [2, 0, 0, 1, 2]], vocabSize: 3): "
                + "expected 0.571599")
        expect(
            """
            pairLoss([2, 0, 1, 2], countedIn: [[2, 0, 1, 2], [2, 0, 0, 1, 2]], vocabSize: 3): \
            expected 0.571599476, got 0.135155036
            that is from the counts as they are
            """
        ) {
            try Judge.pairLoss { document, documents, _ in
                let pairs = documents.flatMap { zip($0, $0.dropFirst()) }
                let surprises = zip(document, document.dropFirst()).map { token, next in
                    -log(
                        Double(pairs.count { $0 == (token, next) })
                            / Double(pairs.count { $0.0 == token }))
                }
                return surprises.reduce(0, +) / Double(surprises.count)
            }
        }
    }
}
