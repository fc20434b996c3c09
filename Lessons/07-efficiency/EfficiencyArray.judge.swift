import Course
import Foundation
import Inspection
import MicroGPT
import PythonRandom

extension Exercise {
    static let efficiencyArrays = [
        Exercise(
            "07-04-linear-backward", "a linear layer backward, by hand and without a graph",
            ["linearBackward": "Judge.linearBackward"],
            hints: """
                - One product y_o ← w_oi x_i gives one derivative to x_i and one to w_oi. Three
                  loops, two lines.
                - All positions use the same matrix, and somebody else may have used both before.
                """),
        Exercise(
            "07-05-pack-by-position", "documents side by side, without padding",
            ["packByPosition": "Judge.packByPosition"],
            hints: """
                - The last token of a document is only a target, and positions end at `blockSize`.
                - `sorted { $0.count > $1.count }` puts the longest first, and leaves equals as they
                  were.
                - At position t, how many documents are still there? They are the first ones.
                """),
    ]
}

// MARK: - 07-04

extension Judge {
    public typealias LinearBackward = (
        _ dY: [Double], _ x: [Double], _ w: [Double], _ nIn: Int, _ nOut: Int,
        _ dX: inout [Double], _ dW: inout [Double]
    ) throws -> Void

    public static func linearBackward(_ linearBackward: LinearBackward) throws {
        let (x, w, dY): ([Double], [Double], [Double]) = (
            [2, 0, -1], [1, 2, 3, 4, 5, 6], [1, 10]
        )
        var (dX, dW) = ([Double](repeating: 0, count: 3), [Double](repeating: 0, count: 6))
        let place = "x = 2, 0, -1, w = 1, 2, 3 and 4, 5, 6, dY = 1, 10"
        try linearBackward(dY, x, w, 3, 2, &dX, &dW)
        try expect(dX, [41, 52, 63], "\(place): dX")
        try expect(dW, [2, 0, -1, 20, 0, -10], "\(place): dW")
        try linearBackward(dY, x, w, 3, 2, &dX, &dW)
        let added = "that takes the place of what is there: it is to be added"
        try expect(
            dX, [82, 104, 126], "\(place), a second time: dX", mistakes: [(added, [41, 52, 63])])
        try expect(
            dW, [4, 0, -2, 40, 0, -20], "\(place), a second time: dW",
            mistakes: [(added, [2, 0, -1, 20, 0, -10])])

        for (n, nIn, nOut) in [(3, 2, 4), (2, 5, 1), (4, 3, 3)] {
            try judge(linearBackward, positions: n, nIn, nOut)
        }
    }

    private static func judge(
        _ linearBackward: LinearBackward, positions n: Int, _ nIn: Int, _ nOut: Int
    ) throws {
        var rng = PythonRandom(seed: 7)
        func numbers(_ count: Int) -> [Double] { (0..<count).map { _ in rng.gauss(0, 1) } }
        let (x, w, dY) = (numbers(n * nIn), numbers(nOut * nIn), numbers(n * nOut))
        var (dX, dW) = (x.map { _ in 0.0 }, w.map { _ in 0.0 })
        try linearBackward(dY, x, w, nIn, nOut, &dX, &dW)

        let (xs, ws) = (x.map { Value($0) }, w.map { Value($0) })
        let rows = (0..<nOut).map { Array(ws[$0 * nIn..<($0 + 1) * nIn]) }
        let differences = checkGradients(by: xs + ws) {
            let y = (0..<n).flatMap { linear(Array(xs[$0 * nIn..<($0 + 1) * nIn]), rows) }
            return dot(y, dY.map { Value($0) })
        }
        let place = "\(n) positions, nIn \(nIn), nOut \(nOut)"
        let expected = differences.map(\.backward)
        try expect(dX, Array(expected.prefix(x.count)), "\(place): dX as backward() finds it")
        try expect(dW, Array(expected.dropFirst(x.count)), "\(place): dW as backward() finds it")
        for (i, (found, difference)) in zip(dX + dW, differences).enumerated() {
            let both = GradientDifference(backward: found, central: difference.central)
            if both.isWithinTolerance { continue }
            let name = i < x.count ? "dX[\(i)]" : "dW[\(i - x.count)]"
            try expect(found, difference.central, "\(place): \(name) by finite differences")
        }
    }
}

// MARK: - 07-05

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
