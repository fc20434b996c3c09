import Course

extension Exercise {
    static let draw = Exercise(
        "1-2-draw", "a token drawn from a row of counts", ["draw": "Judge.draw"],
        hints: """
            - `row.reduce(0, +)` is the sum of a row, and `Double(count)` can be divided.
            - Walk along the row and keep the sum of the chances so far: that is where the part of
              this token ends. Is the dart before it?
            - After the loop Swift wants a token, too. There it can only be the last one.
            """)
}

extension Judge {
    public static func draw(_ answer: (_ row: [Int], _ dart: Double) throws -> Int) throws {
        // Of 4 once more than seen, all ends can be written without rounding.
        let cases: [(row: [Int], dart: Double, token: Int)] = [
            ([0, 2, 0, 1], 0.5, 1), ([0, 4, 0], 0.1, 0), ([0, 4, 0], 0.2, 1), ([0, 4, 0], 0.9, 2),
            ([4, 0, 0], 0.8, 1), ([0, 0, 0, 0], 0, 0), ([0, 0, 0, 0], 0.25, 1),
            ([0, 0, 0, 0], 0.75, 3), ([0, 0, 0, 0], 0.7499, 2),
        ]
        for (row, dart, token) in cases {
            func walk(_ chances: [Double], _ isHit: (Double) -> Bool) -> Int {
                let ends = chances.indices.map { chances[...$0].reduce(0, +) }
                return ends.firstIndex(where: isHit) ?? row.count - 1
            }
            let total = Double(row.reduce(0, +))
            let chances = row.map { Double($0 + 1) / (total + Double(row.count)) }
            try expectEqual(
                try answer(row, dart), token, "draw(from: \(row), dart: \(dart))",
                mistakes: [
                    (
                        "on the border of two parts it is the right one: compare with <, not <=",
                        walk(chances) { dart <= $0 }
                    ),
                    (
                        "that is drawn from the counts as they are, without the one more for each",
                        walk(row.map { Double($0) / max(1, total) }) { dart < $0 }
                    ),
                    (
                        "that is always the likeliest one, wherever the dart lands",
                        row.firstIndex(of: row.max() ?? 0) ?? 0
                    ),
                ])
        }
    }
}
