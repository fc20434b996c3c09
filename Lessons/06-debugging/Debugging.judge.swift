import Course
import Foundation
import Inspection
import MicroGPT

extension Exercise {
    static let debugging = [
        Exercise(
            "06-01-backward-again", "a backward pass that can be called twice",
            ["backwardAgain": "Judge.backwardAgain"],
            hints: """
                - Stop before the loop in a debugger, at the second call, and look at each `grad` in
                  `order`.
                - A leaf is a node without children.
                """),
        Exercise(
            "06-02-mend-a-head", "two mistakes in a head of attention",
            ["mendedHead": "Judge.mendedHead"],
            hints: """
                - Write down the slice of each head for a vector of 6 numbers and a `headDim` of 3.
                - How many products does each dot product of `qH` and a key add up?
                """),
        Exercise(
            "06-03-mend-adam", "three mistakes in an update by Adam",
            ["mendedAdam": "Judge.mendedAdam"],
            hints: """
                - Which of the two should be kept for the next step: the moment, or the moment
                  without its bias?
                - In session 3 of the debugger, `bias1` is 0.1 at the first update. What is it here?
                - What must be so before the next `backward()`?
                """),
        Exercise(
            "06-04-wrong-matrices", "where a gradient check fails",
            ["wrongMatrices": "Judge.wrongMatrices"],
            hints: """
                - Set all gradients to zero before `backward()`, since leaves add up what they get;
                  and again at the end. Put each parameter back where it was.
                - nan > 1e-5 is false, and so is nan <= 1e-5. A gradient that is not a number is
                  wrong.
                """),
    ]
}

extension Judge {
    /// Compares each node's gradient with that of the same graph of `Value`s after the same calls.
    public static func backwardAgain(_ backward: (Value) throws -> Void) throws {
        let (a, b) = (Value(2), Value(-3))
        let c = a * b
        let d = c + a
        let e = c * d
        let (na, nb) = (Value(2), Value(-3))
        let nc = Value(c.data, [na, nb], [b.data, a.data])
        let nd = Value(d.data, [nc, na], [1, 1])
        let ne = Value(e.data, [nc, nd], [d.data, c.data])
        let pairs = [("a", na, a), ("b", nb, b), ("c", nc, c), ("d", nd, d), ("e", ne, e)]
        for calls in 1...3 {
            try backward(ne)
            e.backward()
            for (name, node, value) in pairs {
                try expect(
                    node.grad, value.grad,
                    "a = 2, b = -3, c = a * b, d = c + a, e = c * d; \(name).grad after \(calls) "
                        + "\(calls == 1 ? "call" : "calls")")
                try expect(node.data, value.data, "\(name).data")
            }
        }
    }

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

    /// Golden values are those of `Adam`, over three updates.
    public static func mendedAdam(
        _ update: (Value, inout Double, inout Double, Int, Config) throws -> Void
    ) throws {
        var config = Config.lesson
        config.numSteps = 1_000_000_000  // Adam's own schedule stands still, to the last place
        let (param, expected) = (Value(0.5), Value(0.5))
        var adam = Adam(paramCount: 1)
        var (m, v) = (0.0, 0.0)
        for (step, grad) in [0.4, -0.3, 0.05].enumerated() {
            (param.grad, expected.grad) = (grad, grad)
            try update(param, &m, &v, step, config)
            adam.update([expected], config)
            let place = "update \(step + 1), gradient \(grad)"
            try expect(
                m, adam.m[0], "\(place), m",
                mistakes: [
                    (
                        "the moment is kept as it is: only this update uses the corrected one",
                        adam.m[0] / (1 - pow(config.beta1, Double(step + 1)))
                    ),
                    ("1 - beta to the power 0 is 0: t is 1 at the first update", .infinity),
                ])
            try expect(v, adam.v[0], "\(place), v")
            try expect(param.data, expected.data, "\(place), param.data")
            try expect(param.grad, 0, "\(place), param.grad")
        }
    }

    /// Two layers with a norm between, whose graph is right or wrong in a known place.
    public static func wrongMatrices(
        _ find: ([(name: String, matrix: Matrix)], () -> Value) throws -> [String]
    ) throws {
        func matrix(_ nOut: Int, _ nIn: Int) -> Matrix {
            (0..<nOut).map { i -> [Value] in
                (0..<nIn).map { j -> Value in
                    let number = (3 * i + 5 * j) % 7 - 3
                    return Value(0.1 * Double(number) + 0.05)
                }
            }
        }
        func detached(_ xs: [Value]) -> [Value] { xs.map { Value($0.data) } }
        let x = [Value(0.7), Value(-0.4)]
        let matrices: [(name: String, matrix: Matrix)] = [
            ("w1", matrix(3, 2)), ("w2", matrix(3, 3)), ("w3", matrix(2, 3)),
        ]
        let params = matrices.flatMap { $0.matrix.joined() }
        let before = params.map(\.data)

        func loss(_ changeHidden: ([Value]) -> [Value], _ w1: Matrix) -> Value {
            let hidden = changeHidden(linear(linear(x, w1), matrices[1].matrix))
            return -MicroGPT.softmax(linear(MicroGPT.rmsnorm(hidden), matrices[2].matrix))[0].log()
        }
        let w1 = matrices[0].matrix
        let cases: [(String, [String], () -> Value)] = [
            ("a right graph", [], { loss({ $0 }, w1) }),
            ("a detached norm of w2's output", ["w1", "w2"], { loss(detached, w1) }),
            ("a detached w1", ["w1"], { loss({ $0 }, w1.map(detached)) }),
            (
                "a loss plus 0 * log(0) of w3, which is not a number", ["w1", "w2", "w3"],
                {
                    let w = matrices[2].matrix[0][0]
                    return loss({ $0 }, w1) + (w - w.data).log() * 0
                }
            ),
        ]
        for (place, expected, loss) in cases {
            for p in params { p.grad = 0.5 }  // as if left over from an earlier backward()
            try expectEqual(try find(matrices, loss), expected, "\(place)")
            try expect(params.map(\.data), before, "\(place): parameters afterwards")
            try expect(
                params.map(\.grad), params.map { _ in 0 }, "\(place): gradients afterwards")
        }
    }
}
