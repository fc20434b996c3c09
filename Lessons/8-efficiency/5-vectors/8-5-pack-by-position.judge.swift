import Course
import Inspection

extension Exercise {
    static let packByPosition = Exercise(
        "8-5-pack-by-position", "documents side by side, without padding",
        ["packByPosition": "Judge.packByPosition"],
        hints: """
            - The last token of a document is only a target, and positions end at `blockSize`.
            - `sorted { $0.count > $1.count }` puts the longest first, and leaves equals as they
              were.
            - At position t, how many documents are still there? They are the first ones.
            """)
}

extension Judge {
    public static func packByPosition(
        _ pack: (_ documents: [[Int]], _ blockSize: Int) throws
            -> (starts: [Int], tokens: [Int], targets: [Int])
    ) throws {
        func judge(
            _ documents: [[Int]], _ blockSize: Int, starts: [Int], tokens: [Int], targets: [Int]
        ) throws {
            let place = "\(documents) with blockSize \(blockSize)"
            let packed = try pack(documents, blockSize)
            try expectEqual(packed.starts, starts, "\(place): starts")
            try expectEqual(packed.tokens, tokens, "\(place): tokens")
            try expectEqual(packed.targets, targets, "\(place): targets")
        }
        try judge([[9, 5, 9]], 8, starts: [0, 1], tokens: [9, 5], targets: [5, 9])
        try judge(
            [[9, 0, 9], [9, 4, 5, 9]], 8, starts: [0, 2, 4], tokens: [9, 9, 4, 0, 5],
            targets: [4, 0, 5, 9, 9])
        try judge(
            [[9, 0, 9], [9, 4, 5, 9]], 2, starts: [0, 2], tokens: [9, 9, 4, 0],
            targets: [4, 0, 5, 9])
        try judge(
            [[9, 1, 9], [9, 9], [9, 2, 9]], 8, starts: [0, 3], tokens: [9, 9, 9, 1, 2],
            targets: [1, 2, 9, 9, 9])
        try judge([], 8, starts: [], tokens: [], targets: [])

        // Each token is a number of its own, so that none can stand for another.
        let lengths = [4, 2, 7, 4, 3, 9, 2, 5]
        var ids = 0..<100
        let documents = lengths.map { length in (0..<length).map { _ in ids.removeFirst() } }
        let packed = try pack(documents, 6)
        let place = "8 documents of \(lengths) tokens with blockSize 6"
        try expectEqual(packed.starts.count, 6, "\(place): starts.count")
        try expectEqual(packed.tokens.count, packed.targets.count, "\(place): targets.count")
        let order = lengths.indices.sorted { (-lengths[$0], $0) < (-lengths[$1], $1) }
        var columns = 0
        for (d, document) in order.map({ documents[$0] }).enumerated() {
            for t in 0..<min(6, document.count - 1) {
                let (column, who) = (packed.starts[t] + d, "document \(d), position \(t)")
                try expectEqual(
                    packed.tokens.indices.contains(column), true, "\(place): a column \(column)")
                try expectEqual(packed.tokens[column], document[t], "\(place): token of \(who)")
                try expectEqual(
                    packed.targets[column], document[t + 1], "\(place): target of \(who)")
                columns += 1
            }
        }
        try expectEqual(packed.tokens.count, columns, "\(place): tokens.count")
    }
}
