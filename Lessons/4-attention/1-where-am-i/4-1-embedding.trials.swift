import Course
import Inspection
import LessonJudges
import Solutions
import Testing

extension EachExercise {
    @Test func `4-1 embedding`() {
        expect(
            solution: { try Judge.embedding(Solutions.embedding) },
            wrong: {
                try Judge.embedding { tokenID, posID, wte, wpe in
                    for (t, p) in zip(wte[tokenID], wpe[posID]) { t.data += p.data }
                    return wte[tokenID]
                }
            },
            says: "after embedding(of: 2, at: 0), wte[2][0]: expected 4, got 4.1")
    }
}
