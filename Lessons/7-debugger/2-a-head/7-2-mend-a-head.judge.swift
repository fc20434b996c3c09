import Course
import Inspection
import MicroGPT

extension Exercise {
    static let mendAHead = Exercise(
        "7-2-mend-a-head", "two mistakes in a head of attention",
        ["mendedHead": "Judge.mendedHead"],
        hints: """
            - Write down the slice of each head for a vector of 6 numbers and a `headDim` of 3.
            - How many products does each dot product of `qH` and a key add up?
            """)
}

extension Judge {
    /// Golden values are those of `forward`'s own statements.
    public static func mendedHead(
        _ head: (Int, [Value], [[Value]], [[Value]], Int) throws -> [Value]
    ) throws {
        func vectors(_ count: Int, _ width: Int, _ scale: Double) -> [[Value]] {
            (0..<count).map { t -> [Value] in
                (0..<width).map { i -> Value in
                    let number = (7 * t + 5 * i) % 11 - 5
                    return Value(scale * Double(number))
                }
            }
        }
        // With one position the weight is 1, and the output is its value.
        let alone = (1...6).map { Value(Double($0)) }
        try expect(
            try head(1, alone, [alone], [alone], 3), [4, 5, 6],
            "head 1 of 2, q, key and value [1, 2, 3, 4, 5, 6] of one position",
            mistakes: [("head h begins at h * headDim, and not at h * nHead", [3, 4, 5])])
        for (headDim, nHead) in [(4, 4), (3, 2), (2, 3)] {
            let width = headDim * nHead
            let q = vectors(1, width, 0.3)[0]
            let (keys, values) = (vectors(3, width, 0.2), vectors(3, width, -0.4))
            for h in 0..<nHead {
                let place = "head \(h) of \(nHead), headDim \(headDim)"
                let range = h * headDim..<(h + 1) * headDim
                func output(_ scale: Int) -> [Double] {
                    let attnLogits = keys.map { k in
                        dot(Array(q[range]), Array(k[range])) / Double(scale).squareRoot()
                    }
                    let attnWeights = MicroGPT.softmax(attnLogits)
                    return range.map { j in dot(attnWeights, values.map { v in v[j] }).data }
                }
                try expect(
                    try head(h, q, keys, values, headDim), output(headDim), place,
                    mistakes: [
                        (
                            "that divides by the root of all numbers of q, and not of a head's",
                            output(width)
                        )
                    ])
            }
        }
        let q = vectors(1, 6, 0.3)[0]
        let (keys, values) = (vectors(2, 6, 0.2), vectors(2, 6, -0.4))
        try expectGradients(
            by: ["q": q, "keys": keys.flatMap { $0 }, "values": values.flatMap { $0 }],
            of: "the sum of head 1's output, headDim 3"
        ) {
            sum(try head(1, q, keys, values, 3))
        }
    }
}
