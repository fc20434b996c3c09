import Course
import Inspection
import LessonJudges
import MicroGPT
import Solutions
import Testing

extension EachExercise {
    @Test func `4-3 sharpness`() {
        expect(
            solution: { try Judge.sharpness(Solutions.sharpness) },
            wrong: {
                // No root at all.
                try Judge.sharpness { queries, keys, _ in
                    try Solutions.sharpness(queries: queries, keys: keys, withRoot: false)
                }
            },
            says: "sharpness with the root, for a query [2, 0, 0, 0] and keys [0, 0, 0, 0] and "
                + "[ln 3, 0, 0, 0]: expected 0.75, got 0.9\nthat is without the root")
    }

    static let sharpnessMistakes = [
        Mistake("the root of 4 for all", says: "with the root, for lists of 9 numbers: ") {
            try Judge.sharpness { queries, keys, withRoot in
                let scale = withRoot ? Double(queries[0].count).squareRoot() / 2 : 1
                let scaled = queries.map { q in q.map { $0 * scale } }
                return try Solutions.sharpness(queries: scaled, keys: keys, withRoot: withRoot)
            }
        },
        Mistake("the first query alone", says: "with the root, for that query and one of zeros") {
            try Judge.sharpness { queries, keys, withRoot in
                try Solutions.sharpness(queries: [queries[0]], keys: keys, withRoot: withRoot)
            }
        },
    ]

    @Test(arguments: sharpnessMistakes) func `4-3 a mistake with sharpness is found`(
        _ mistake: Mistake
    ) {
        expectFound(mistake)
    }
}
