import Course
import LessonJudges
import Solutions
import Testing

extension EachExercise {
    @Test func `1-2 draw`() {
        expect(
            solution: { try Judge.draw(Solutions.draw) },
            wrong: {  // always the likeliest
                try Judge.draw { row, _ in row.firstIndex(of: row.max() ?? 0) ?? 0 }
            },
            says: """
                draw(from: [0, 4, 0], dart: 0.1): expected 0, got 1
                that is
                """)
        expect(
            """
            draw(from: [0, 0, 0, 0], dart: 0.25): expected 1, got 0
            on the border of two parts it is the right one
            """
        ) {
            try Judge.draw { row, dart in try Solutions.draw(from: row, dart: dart.nextDown) }
        }
    }
}
