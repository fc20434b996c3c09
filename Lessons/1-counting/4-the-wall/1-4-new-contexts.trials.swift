import Course
import LessonJudges
import Solutions
import Testing

extension EachExercise {
    @Test func `1-4 new contexts`() {
        expect(
            solution: { try Judge.shareOfNewContexts(Solutions.shareOfNewContexts) },
            wrong: {  // the answer, too
                try Judge.shareOfNewContexts { heldOut, training, length in
                    func contexts(_ documents: [[Int]]) -> [[Int]] {
                        documents.flatMap { tokens in
                            tokens.indices.dropFirst().map {
                                Array(tokens[...$0].suffix(length + 1))
                            }
                        }
                    }
                    let (seen, asked) = (Set(contexts(training)), contexts(heldOut))
                    return Double(asked.count { !seen.contains($0) }) / Double(asked.count)
                }
            },
            says: """
                shareOfNewContexts(in: [[2, 0, 1, 1, 2]], after: [[2, 0, 1, 2], [2, 1, 0, 2]], \
                length: 1): expected 0, got 0.25
                the answer does not belong to its own context
                """)
    }
}
