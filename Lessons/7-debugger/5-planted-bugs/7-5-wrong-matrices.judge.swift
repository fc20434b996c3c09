import Course
import Foundation
import Inspection
import MicroGPT

extension Exercise {
    static let wrongMatrices = Exercise(
        "7-5-wrong-matrices", "where a gradient check fails",
        ["wrongMatrices": "Judge.wrongMatrices"],
        hints: """
            - Set all gradients to zero before `backward()`, since leaves add up what they get;
              and again at the end. Put each parameter back where it was.
            - nan > 1e-5 is false, and so is nan <= 1e-5. A gradient that is not a number is
              wrong.
            """)
}

extension Judge {
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
