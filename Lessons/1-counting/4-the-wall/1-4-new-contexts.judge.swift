import Course

extension Exercise {
    static let newContexts = Exercise(
        "1-4-new-contexts", "how often a context was never seen",
        ["shareOfNewContexts": "Judge.shareOfNewContexts"],
        hints: """
            - A function inside the function can list the contexts of some documents; you need it
              for both.
            - `Array(tokens[..<i].suffix(length))` is the context of token i.
            - `Set(…)` can be asked whether it contains something without a search.
            """)
}

extension Judge {
    public static func shareOfNewContexts(
        _ answer: (_ heldOut: [[Int]], _ training: [[Int]], _ length: Int) throws -> Double
    ) throws {
        // "abb" after "ab" and "ba", with BOS as 2; then four times the same question.
        let cases: [(heldOut: [[Int]], training: [[Int]], length: Int)] = [
            ([[2, 0, 1, 1, 2]], [[2, 0, 1, 2], [2, 1, 0, 2]], 1),
            ([[2, 0, 1, 1, 2]], [[2, 0, 1, 2], [2, 1, 0, 2]], 2),
            ([[2, 0, 1, 1, 2]], [[2, 0, 1, 2], [2, 1, 0, 2]], 9),
            ([[2, 0, 0, 0, 0, 0, 2]], [[2, 1, 2]], 1),
            ([[2, 0, 2]], [], 3),
        ]
        for (heldOut, training, length) in cases {
            func share(
                ofQuestions areAll: Bool = true, from first: Int = 1, with answer: Int = 0
            ) -> Double {
                func contexts(_ documents: [[Int]]) -> [[Int]] {
                    documents.flatMap { tokens in
                        (first..<tokens.count).map { i in
                            Array(tokens[..<(i + answer)].suffix(length + answer))
                        }
                    }
                }
                let seen = Set(contexts(training))
                let asked = areAll ? contexts(heldOut) : Array(Set(contexts(heldOut)))
                return Double(asked.count { !seen.contains($0) }) / Double(asked.count)
            }
            try expect(
                try answer(heldOut, training, length), share(),
                "shareOfNewContexts(in: \(heldOut), after: \(training), length: \(length))",
                mistakes: [
                    (
                        "a context that comes twice asks two questions: count all of them",
                        share(ofQuestions: false)
                    ),
                    ("the answer does not belong to its own context", share(with: 1)),
                ])
        }
    }
}
