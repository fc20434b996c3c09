import Course
import Inspection
import MicroGPT
import PythonRandom

extension Exercise {
    static let linearBackward = Exercise(
        "8-4-linear-backward", "a linear layer backward, by hand and without a graph",
        ["linearBackward": "Judge.linearBackward"],
        hints: """
            - One product y_o ← w_oi x_i gives one derivative to x_i and one to w_oi. Three
              loops, two lines.
            - All positions use the same matrix, and somebody else may have used both before.
            """)
}

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
