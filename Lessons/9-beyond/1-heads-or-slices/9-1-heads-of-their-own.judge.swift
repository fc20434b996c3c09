import Course
import Inspection
import Beyond
import MicroGPT
import PythonRandom

extension Exercise {
    static let headsOfTheirOwn = Exercise(
        "9-1-heads-of-their-own", "heads with small matrices of their own",
        ["headsOfTheirOwn": "Judge.headsOfTheirOwn"],
        hints: """
            - `linear(x, wq[h])` is the query of head h at x: as many numbers as the matrix has
              rows.
            - The logits are divided by the root of a head's own width.
            """)
}

extension Judge {
    /// Compares with slices of large matrices, which hold what the small ones hold.
    public static func headsOfTheirOwn(
        _ answer: (_ xs: Matrix, _ wq: [Matrix], _ wk: [Matrix], _ wv: [Matrix]) throws -> [Value]
    ) throws {
        for (n, nHead, headDim, positions) in [(4, 1, 4, 1), (4, 2, 2, 3), (6, 2, 3, 4)] {
            var rng = PythonRandom(seed: n + nHead)
            let sliced = SlicedHeads(nEmbd: n, nHead: nHead, headDim: headDim, std: 1, &rng)
            let heads = SeparateHeads(cutting: sliced).heads
            let (wq, wk, wv) = (heads.map(\.wq), heads.map(\.wk), heads.map(\.wv))
            let xs = matrix(positions, n, &rng)
            let before = xs.joined().map(\.data)
            let place = "\(nHead) heads of \(headDim) at position \(positions - 1)"
            let expected = sliced.headOutputs(xs)[positions - 1].map(\.data)
            try expect(try answer(xs, wq, wk, wv), expected, place)
            try expect(xs.joined().map(\.data), before, "after \(place), xs")
            guard nHead > 1 else { continue }
            for j in expected.indices {
                try expectGradients(
                    by: [
                        "xs": xs.flatMap { $0 }, "wq": wq.flatMap { $0.joined() },
                        "wk": wk.flatMap { $0.joined() }, "wv": wv.flatMap { $0.joined() },
                    ], of: "\(place), number \(j),"
                ) { try answer(xs, wq, wk, wv)[j] }
            }
        }
    }
}
