import Beyond
import Inspection
import MicroGPT
import PythonRandom

extension Figures {
    static let beyondHeads: [String: Figure] = [
        "headParameters": headParameters,
        "inputSlices": inputSlices,
        "concatenationOrder": concatenationOrder,
        "headsAsASum": headsAsASum,
    ]

    /// The layer and the five positions of `lab beyond heads`.
    private static func example() -> (sliced: SlicedHeads, xs: Matrix) {
        var rng = PythonRandom(seed: 42)
        let sliced = SlicedHeads(nEmbd: 16, nHead: 4, headDim: 4, std: 0.3, &rng)
        let xs = (0..<5).map { _ in (0..<16).map { _ in Value(rng.gauss(0, 1)) } }
        return (sliced, xs)
    }

    @Sendable private static func headParameters() -> [String] {
        let sliced = example().sliced
        let separate = SeparateHeads(cutting: sliced)
        func shape(_ matrix: Matrix) -> String { "\(matrix.count) × \(matrix[0].count)" }
        let (heads, head) = (separate.heads, separate.heads[0])
        return table(
            ["", "matrices for q, k, v", "output matrix", "parameters"],
            [
                [
                    "own matrices", "3 · \(heads.count) of \(shape(head.wq))", shape(separate.wo),
                    "\(separate.params.count)",
                ],
                [
                    "slices of one", "3 of \(shape(sliced.wq))", shape(sliced.wo),
                    "\(sliced.params.count)",
                ],
            ])
    }

    /// What the first head's query at the last position is made from, if its slice is taken from the
    /// result, and if it is taken from the input.
    @Sendable private static func inputSlices() -> [String] {
        let (sliced, xs) = example()
        let x = xs[4]
        func inputs(_ q: [Value]) -> String {
            for v in x { v.grad = 0 }
            sum(q).backward()
            return "\(x.count { $0.grad != 0 }) of \(x.count)"
        }
        let ofResult = Array(linear(x, sliced.wq)[0..<4])
        let small = sliced.wq[0..<4].map { Array($0[0..<4]) }
        let ofInput = linear(Array(x[0..<4]), small)
        return table(
            ["the first head's query", "its matrix", "numbers of x in it"],
            [
                ["slice of the result", "4 × 16", inputs(ofResult)],
                ["from a slice of the input", "4 × 4", inputs(ofInput)],
            ])
    }

    /// The heads' outputs in another order, and the output matrix's columns in that order, too.
    @Sendable private static func concatenationOrder() -> [String] {
        let (sliced, xs) = example()
        let outputs = sliced.headOutputs(xs)[4]
        func reversed(_ x: [Value]) -> [Value] {
            [3, 2, 1, 0].flatMap { h in x[4 * h..<4 * (h + 1)] }
        }
        func row(_ name: String, _ y: [Value]) -> [String] { [name, list(Array(y.prefix(3)))] }
        return table(
            ["at the last position", "first three numbers of the output"],
            [
                row("head 0 first", linear(outputs, sliced.wo)),
                row("head 3 first", linear(reversed(outputs), sliced.wo)),
                row(
                    "head 3 first, and the columns of `wo` so, too",
                    linear(reversed(outputs), sliced.wo.map(reversed))),
            ])
    }

    /// The output as the sum of what each head's part of the output matrix makes of its output.
    @Sendable private static func headsAsASum() -> [String] {
        let (sliced, xs) = example()
        let outputs = sliced.headOutputs(xs)[4]
        let parts = (0..<4).map { h in
            let head = 4 * h..<4 * (h + 1)
            return linear(Array(outputs[head]), sliced.wo.map { Array($0[head]) }).map(\.data)
        }
        let total = (0..<16).map { i in parts.map { $0[i] }.reduce(0, +) }
        let whole = linear(outputs, sliced.wo).map(\.data)
        let worst = zip(total, whole).map { abs($0 - $1) }.max() ?? .nan
        precondition(worst < 1e-14, "the sum is off by \(worst)")
        let differing = zip(total, whole).count { $0.bitPattern != $1.bitPattern }
        return table(
            ["at the last position", "first three numbers of the output"],
            parts.enumerated().map { h, part in ["head \(h) alone", list(Array(part.prefix(3)))] }
                + [
                    ["their sum", list(Array(total.prefix(3)))],
                    ["all in one", list(Array(whole.prefix(3)))],
                    ["numbers of 16 whose bits differ", "\(differing), each by less than 1e-14"],
                ])
    }
}
