import Course
import Inspection
import LessonJudges
import MicroGPT
import Solutions
import Testing

extension EachExercise {
    @Test func `5-1 multi head attention`() {
        expect(
            solution: { try Judge.multiHeadAttention(Solutions.multiHeadAttention) },
            wrong: {
                try Judge.multiHeadAttention { q, keys, values, nHead in
                    Self.heads(q, keys, values, nHead) { _, headDim in Array(0..<headDim) }
                }
            },
            says:
                "q [1, 5], keys [0, 7] and [ln 3, 7], values [4, 10] and [8, 30], two heads of 1: xAttn[1]: expected 20, got 7"
        )
    }

    static let headMistakes = [
        Mistake("heads interleaved", says: "\"bavo\" at position 1, four heads of 4: xAttn[0]") {
            try Judge.multiHeadAttention { q, keys, values, nHead in
                Self.heads(q, keys, values, nHead) { h, headDim in
                    (0..<headDim).map { $0 * nHead + h }
                }
            }
        },
        Mistake(
            "scaled by the full width",
            says:
                "q [1, 5], keys [0, 7] and [ln 3, 7], values [4, 10] and [8, 30], two heads of 1: xAttn[0]"
        ) {
            try Judge.multiHeadAttention { q, keys, values, nHead in
                Self.heads(
                    q, keys, values, nHead, scale: { Double($0 * nHead).squareRoot() },
                    indices: Self.slice)
            }
        },
        Mistake("not scaled", says: "\"bavo\" at position 1, four heads of 4: xAttn[0]") {
            try Judge.multiHeadAttention { q, keys, values, nHead in
                Self.heads(q, keys, values, nHead, scale: { _ in 1 }, indices: Self.slice)
            }
        },
        Mistake("keys taken out of the graph", says: "gradient of xAttn with nHead 1") {
            try Judge.multiHeadAttention { q, keys, values, nHead in
                let copies = keys.map { $0.map { Value($0.data) } }
                return Self.heads(q, copies, values, nHead, indices: Self.slice)
            }
        },
        Mistake(
            "an empty result",
            says:
                "q [1, 5], keys [0, 7] and [ln 3, 7], values [4, 10] and [8, 30], two heads of 1: xAttn.count"
        ) {
            try Judge.multiHeadAttention { _, _, _, _ in [] }
        },
    ]

    @Test(arguments: headMistakes) func `5-1 a mistake with the heads is found`(
        _ mistake: Mistake
    ) {
        expectFound(mistake)
    }

    /// Heads of any indices.
    private static func heads(
        _ q: [Value], _ keys: [[Value]], _ values: [[Value]], _ nHead: Int,
        scale: ((_ headDim: Int) -> Double)? = nil,
        indices: (_ h: Int, _ headDim: Int) -> [Int]
    ) -> [Value] {
        let headDim = q.count / nHead
        return (0..<nHead).flatMap { h in
            let head = indices(h, headDim)
            let divisor = scale?(headDim) ?? Double(headDim).squareRoot()
            let logits = keys.map { k in
                MicroGPT.dot(head.map { q[$0] }, head.map { k[$0] }) / divisor
            }
            let weights = MicroGPT.softmax(logits)
            return head.map { j in MicroGPT.dot(weights, values.map { v in v[j] }) }
        }
    }

    private static func slice(_ h: Int, _ headDim: Int) -> [Int] {
        Array(h * headDim..<(h + 1) * headDim)
    }
}
