import Course
import Foundation
import Inspection
import MicroGPT
import PythonRandom

extension Exercise {
    static let theMLPBlock = Exercise(
        "4-6-the-mlp-block", "up, an activation, and down again", ["mlp": "Judge.mlp"],
        hints: """
            - `linear(x, w)` multiplies a vector by a matrix.
            - `relu()` and `pow(2)` are methods of `Value`. Their order counts: try -3.
            """)
}

extension Judge {
    public typealias MLP = ([Value], Matrix, Matrix, Config.Activation) throws -> [Value]

    public static func mlp(_ answer: MLP) throws {
        // One number in, four units: 2, -2, 1 and 6.
        let fc1 = [1, -1, 0.5, 3].map { vector([$0]) }
        let fc2 = [vector([1, 10, 100, 1000])]
        for (activation, expected) in [(Config.Activation.relu, 6102.0), (.squaredRelu, 36104)] {
            try expect(
                try answer(vector([2]), fc1, fc2, activation), [expected],
                "units [2, -2, 1, 6], .\(activation), fc2 [1, 10, 100, 1000]: result",
                mistakes: [
                    ("the activation is missing", [6082]),
                    ("relu comes first, then the square: -2 must give 0", [36144]),
                    ("that is relu alone: the square is missing", [6102]),
                ])
        }
        var rng = PythonRandom(seed: 38)
        let (x, up, down) = (gaussian(3, &rng), matrix(12, 3, &rng), matrix(3, 12, &rng))
        for activation in [Config.Activation.relu, .squaredRelu] {
            let result = try answer(x, up, down, activation)
            try expectEqual(result.count, x.count, "result.count")
            try expectGradients(
                by: [
                    "x": x, "fc1.joined()": Array(up.joined()),
                    "fc2.joined()": Array(down.joined()),
                ], of: "the result with .\(activation), weighted and added up,"
            ) {
                weightedSum(try answer(x, up, down, activation))
            }
        }
    }
}
