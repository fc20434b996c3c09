import Course
import Inspection
import MicroGPT
import PythonRandom

extension Exercise {
    static let postNormLayer = Exercise(
        "9-3-post-norm-layer", "a layer with the norms around the sums",
        ["postNormLayer": "Judge.postNormLayer"],
        hints: """
            - `rmsnorm` normalises. Here it is the last thing that happens to a sum, and not the
              first.
            - What comes out of attention's half is what goes into that of the MLP, on both
              ways.
            """)
}

extension Judge {
    public typealias PostNormLayer = (_ x: [Value], _ attention: Block, _ mlp: Block) throws ->
        [Value]

    public static func postNormLayer(_ answer: PostNormLayer) throws {
        func tripled(_ x: [Value]) -> [Value] { x.map { $0 * 3 } }
        func swapped(_ x: [Value]) -> [Value] { x.reversed() }
        let x = [Value(3), Value(-4)]
        var seen: [[Double]] = []
        let layer = try answer(
            x,
            { x in
                seen.append(x.map(\.data))
                return tripled(x)
            },
            { x in
                seen.append(x.map(\.data))
                return swapped(x)
            })
        try expectEqual(seen.count, 2, "calls of attention and the MLP")
        try expect(seen[0], [3, -4], "what attention gets of [3, -4]")
        // 3x + x is 4x, of the same direction.
        let afterAttention = MicroGPT.rmsnorm(x.map { $0 * 4 })
        try expect(
            seen[1], afterAttention.map(\.data),
            "what the MLP gets of [3, -4] after an attention that triples")
        let sum = afterAttention[0].data + afterAttention[1].data
        try expect(
            layer, MicroGPT.rmsnorm([Value(sum), Value(sum)]).map(\.data),
            "[3, -4] with an attention that triples and an MLP that swaps: x")

        var rng = PythonRandom(seed: 83)
        func gaussian() -> [Value] { (0..<4).map { _ in Value(rng.gauss(0, 1)) } }
        let (input, w, coefficients) = (gaussian(), (0..<4).map { _ in gaussian() }, gaussian())
        try expectGradients(
            by: ["x": input, "w.joined()": Array(w.joined())],
            of: "the layer with linear(x, w) as both blocks, weighted and added up,"
        ) {
            let layer = try answer(
                input, { MicroGPT.linear($0, w) }, { MicroGPT.linear($0, w) })
            try expectEqual(layer.count, 4, "x.count of 4 numbers")
            return dot(layer, coefficients)
        }
    }
}
