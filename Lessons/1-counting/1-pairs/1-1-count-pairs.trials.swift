import Course
import LessonJudges
import Solutions
import Testing

extension EachExercise {
    @Test func `1-1 count pairs`() {
        expect(
            solution: { try Judge.countPairs(Solutions.countPairs) },
            wrong: {  // one long document
                try Judge.countPairs { documents, vocabSize in
                    try Solutions.countPairs([documents.flatMap(\.self)], vocabSize: vocabSize)
                }
            },
            says: """
                countPairs([[2, 0, 1, 2], [2, 0, 0, 1, 2]], vocabSize: 3): expected \
                [[1, 2, 0], [0, 0, 2], [2, 0, 0]], got [[1, 2, 0], [0, 0, 2], [2, 0, 1]]
                a pair reaches from one document into the next
                """)
        expect(
            """
            countPairs([[2, 0, 1, 2]], vocabSize: 3): expected [[0, 1, 0], [0, 0, 1], [1, 0, 0]], \
            got [[0, 0, 1], [1, 0, 0], [0, 1, 0]]
            rows and columns are swapped
            """
        ) {
            try Judge.countPairs { documents, vocabSize in
                try Solutions.countPairs(documents.map { $0.reversed() }, vocabSize: vocabSize)
            }
        }
    }
}
