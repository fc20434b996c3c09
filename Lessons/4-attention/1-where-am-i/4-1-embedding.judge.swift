import Course
import Inspection
import MicroGPT

extension Exercise {
    static let embedding = Exercise(
        "4-1-embedding", "a token and its position as numbers",
        ["embedding": "Judge.embedding"],
        hints: """
            - A row is looked up, not computed: `wte[tokenID]` is a list of `Value`s.
            - `zip(a, b)` gives the pairs of two lists. Each sum is a new `Value`; the tables
              stay as they are.
            """)
}

extension Judge {
    public static func embedding(_ embedding: (Int, Int, Matrix, Matrix) throws -> [Value]) throws {
        let tokens = [[0.5, -1, 2], [0.25, 0.75, -0.5], [4, 3, -2], [1, 1, 0]]
        let positions = [[0.1, 0.2, 0.3], [-1, -2, -4]]
        let (wte, wpe) = (matrix(tokens), matrix(positions))
        for (tokenID, posID) in [(2, 0), (1, 1), (0, 1)] {
            let place = "embedding(of: \(tokenID), at: \(posID))"
            let expected = zip(tokens[tokenID], positions[posID]).map { $0 + $1 }
            try expect(
                try embedding(tokenID, posID, wte, wpe), expected, place,
                mistakes: [
                    ("that is the token alone: the position is missing", tokens[tokenID]),
                    ("that is the position alone: the token is missing", positions[posID]),
                ])
            for (name, table, before) in [("wte", wte, tokens), ("wpe", wpe, positions)] {
                for (i, row) in table.enumerated() {
                    try expect(row, before[i], "after \(place), \(name)[\(i)]")
                }
            }
        }
        for j in 0..<3 {
            try expectGradients(
                by: ["wte[2]": wte[2], "wte[1]": wte[1], "wpe[1]": wpe[1], "wpe[0]": wpe[0]],
                of: "embedding(of: 2, at: 1)[\(j)]"
            ) { try embedding(2, 1, wte, wpe)[j] }
        }
    }
}
