import Course
import Inspection
import MicroGPT

extension Exercise {
    static let addAndMultiply = Exercise(
        "3-1-add-and-multiply", "a sum and a product with their gradients",
        ["add": "Judge.added", "multiply": "Judge.multiplied"],
        hints: """
            - `add`: If a grows by a little bit, by how much does a + b grow?
            - `multiply`: A rectangle is a wide and b high. If a grows by a little bit, how much
              area is added?
            """)
}

extension Judge {
    public typealias NodeOperation = (Value, Value) throws -> Value

    public static func added(_ add: NodeOperation) throws {
        for (a, b) in [(2.0, -3.0), (0.5, 4), (-1.5, 0)] {
            try expectNode("add", add, a, b, data: a + b, [1, 1])
        }
    }

    public static func multiplied(_ multiply: NodeOperation) throws {
        for (a, b) in [(2.0, -3.0), (0.5, 4), (-1.5, 0)] {
            try expectNode("multiply", multiply, a, b, data: a * b, [b, a])
        }
        let a = Value(3)
        let square = try multiply(a, a)
        try expectChildren(of: square, [a, a], "multiply(a, a)")
        try expect(square.localGrads, [3, 3], "multiply(a, a).localGrads, with a = 3")
    }

    private static func expectNode(
        _ name: String, _ operation: NodeOperation, _ x: Double, _ y: Double, data: Double,
        _ localGrads: [Double]
    ) throws {
        let place = "\(name)(\(shown(x)), \(shown(y)))"
        let (a, b) = (Value(x), Value(y))
        (a.grad, b.grad) = (0.25, -0.75)  // an answer that changes these is found below
        let result = try operation(a, b)
        try expect(result.data, data, "\(place).data")
        try expectChildren(of: result, [a, b], place)
        try expect(
            result.localGrads, localGrads, "\(place).localGrads",
            mistakes: [
                ("those two are the wrong way round", [localGrads[1], localGrads[0]]),
                ("those are the derivatives of a sum", [1, 1]),
            ])
        try expect(result.grad, 0, "\(place).grad before any backward pass")
        try expect([a.data, b.data], [x, y], "the numbers that \(place) was given, afterwards")
        try expect([a.grad, b.grad], [0.25, -0.75], "their gradients, afterwards")
        // The same once more by finite differences: one number moves, the other one stays.
        try expectFiniteDifference(result.localGrads[0], at: x, "\(place).localGrads[0]") { x in
            try operation(Value(x), Value(y)).data
        }
        try expectFiniteDifference(result.localGrads[1], at: y, "\(place).localGrads[1]") { y in
            try operation(Value(x), Value(y)).data
        }
    }

    private static func expectChildren(
        of node: Value, _ expected: [Value], _ place: String
    ) throws {
        try expectEqual(node.children.count, expected.count, "\(place).children.count")
        for i in expected.indices where node.children[i] !== expected[i] {
            throw WrongAnswer(
                message: "\(place).children[\(i)]: expected the \(i == 0 ? "first" : "second") "
                    + "number that it was given, itself; got another object")
        }
    }
}
