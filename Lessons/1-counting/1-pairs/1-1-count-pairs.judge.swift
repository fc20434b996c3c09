import Course

extension Exercise {
    static let countPairs = Exercise(
        "1-1-count-pairs", "a table of which token follows which",
        ["countPairs": "Judge.countPairs"],
        hints: """
            - First a table of zeros: `Array(repeating: 0, count: vocabSize)` is one row of it.
            - `zip(tokens, tokens.dropFirst())` gives each token together with the next one.
            """)
}

extension Judge {
    public static func countPairs(_ answer: ([[Int]], _ vocabSize: Int) throws -> [[Int]]) throws {
        func table(_ pairs: [(Int, Int)]) -> [[Int]] {
            (0..<3).map { a in (0..<3).map { b in pairs.count { $0 == (a, b) } } }
        }
        func pairs(_ tokens: [Int]) -> [(Int, Int)] { Array(zip(tokens, tokens.dropFirst())) }
        // "ab" and "aab" between BOS, which is 2.
        for documents in [[[2, 0, 1, 2]], [[2, 0, 1, 2], [2, 0, 0, 1, 2]], [[2, 2]], []] {
            let all = documents.flatMap(pairs)
            try expectEqual(
                try answer(documents, 3), table(all), "countPairs(\(documents), vocabSize: 3)",
                mistakes: [
                    (
                        "rows and columns are swapped: the row is the token that comes first",
                        table(all.map { ($1, $0) })
                    ),
                    (
                        "the last pair of each document is missing: the one that ends the name",
                        table(documents.flatMap { pairs($0).dropLast() })
                    ),
                    (
                        "the first pair of each document is missing: the one that begins the name",
                        table(documents.flatMap { pairs($0).dropFirst() })
                    ),
                    (
                        "a pair reaches from one document into the next",
                        table(pairs(documents.flatMap(\.self)))
                    ),
                    (
                        "here counts begin at 0; the one more comes later",
                        table(all).map { $0.map { $0 + 1 } }
                    ),
                ])
        }
    }
}
