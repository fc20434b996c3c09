import Course
import Inspection
import MicroGPT

extension Exercise {
    static let backwardAgain = Exercise(
        "7-1-backward-again", "a backward pass that can be called twice",
        ["backwardAgain": "Judge.backwardAgain"],
        hints: """
            - Stop before the loop in a debugger, at the second call, and look at each `grad` in
              `order`.
            - A leaf is a node without children.
            """)
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
}
