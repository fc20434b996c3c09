import Course
import Foundation
import Inspection
import MicroGPT

extension Exercise {
    static let backward = Exercise(
        "3-3-backward", "the chain rule, in the right order", ["backward": "Judge.backward"],
        forbids: [".backward"],
        hints: """
            - A number may pass on only when it has got all that it will get: after everything
              that was made from it. Depth first, each number after its children, that list
              reversed, is such an order.
            - A number that was met before is not visited again. `ObjectIdentifier(node)` can go
              into a `Set`, and `===` says whether two are the same.
            - For all of these graphs a function that calls itself is good enough. 3-2-depth asks
              for another way.
            """)
}

extension Judge {
    public static func backward(_ backward: (Value) throws -> Void) throws {
        /// Expects these gradients, and all numbers as they were.
        func judge(
            _ formula: String, _ root: Value, _ gradients: KeyValuePairs<String, (Value, Double)>
        ) throws {
            let nodes = root.numbers(.topological)
            let before = nodes.map { $0.data }
            let mistaken = replacedAndEarly(root)
            try backward(root)
            for (name, (node, gradient)) in gradients {
                let (replaced, early) = mistaken[ObjectIdentifier(node)] ?? (gradient, gradient)
                try expect(
                    node.grad, gradient, "\(formula): \(name).grad",
                    mistakes: [
                        ("no gradient went back: does the one of the result begin with 1?", 0),
                        (
                            "that is the last of what it gets: gradients are added, with +=",
                            replaced
                        ),
                        ("some number passed on before it had got all: is the order right?", early),
                    ])
            }
            let after: [Double] = nodes.map { $0.data }
            try expect(after, before, "\(formula): all data afterwards")
        }

        let (a, b) = (Value(2), Value(-3))
        let product = (a * b)
        try judge(
            "y = a * b with a = 2, b = -3", product, ["y": (product, 1), "a": (a, -3), "b": (b, 2)])
        let leaf = Value(5)
        try judge("a leaf alone", leaf, ["leaf": (leaf, 1)])

        let x = Value(3)
        try judge("y = x * x with x = 3", (x * x), ["x": (x, 6)])
        let z = Value(3)
        try judge("y = z + z with z = 3", (z + z), ["z": (z, 2)])

        for isSwapped in [false, true] {
            let a = Value(2)
            let d = (a * Value(3))
            let e = (d + Value(1))
            let y = isSwapped ? (e * d) : (d * e)
            try judge(
                "y = \(isSwapped ? "e * d" : "d * e") with a = 2, d = 3 * a, e = d + 1", y,
                ["e": (e, 6), "d": (d, 13), "a": (a, 39)])
        }

        // A thousand ways from the result to the leaf.
        let bottom = Value(1)
        let top = (0..<10).reduce(bottom) { last, _ in (last + last) }
        try judge("x = 1 doubled ten times", top, ["x": (bottom, 1024)])

        try judgeNeuron(judge)
        try judgeByDifferences(backward)
    }

    /// The gradients of all nodes with `=` for `+=`, and those where nodes pass on breadth first.
    private static func replacedAndEarly(
        _ root: Value
    ) -> [ObjectIdentifier: (replaced: Double, early: Double)] {
        let order = root.numbers(.topological)
        var queue = [root]
        var next = 0
        while next < queue.count {
            queue += queue[next].children.filter { child in !queue.contains { $0 === child } }
            next += 1
        }
        func gradients(_ order: [Value], _ isAdded: Bool) -> [Double] {
            for node in order { node.grad = 0 }
            root.grad = 1
            for node in order {
                for (child, localGrad) in zip(node.children, node.localGrads) {
                    child.grad = localGrad * node.grad + (isAdded ? child.grad : 0)
                }
            }
            defer { for node in order { node.grad = 0 } }
            return root.numbers(.topological).map(\.grad)
        }
        let mistakes = zip(gradients(order.reversed(), false), gradients(queue, true))
        return Dictionary(uniqueKeysWithValues: zip(order.map(ObjectIdentifier.init), mistakes))
            .mapValues { (replaced: $0.0, early: $0.1) }
    }

    /// The neuron of Andrej Karpathy's lecture "The spelled-out intro to neural networks and
    /// backpropagation", and the gradients that he finds.
    private static func judgeNeuron(
        _ judge: (String, Value, KeyValuePairs<String, (Value, Double)>) throws -> Void
    ) throws {
        let (x1, x2, w1, w2) = (Value(2), Value(0), Value(-3), Value(1))
        let bias = Value(6.8813735870195432)
        let products = ((x1 * w1) + (x2 * w2))
        let o = ((products + bias)).tanh()
        try judge(
            "o = tanh(x1 * w1 + x2 * w2 + b) of 2 * -3 + 0 * 1 + 6.88…", o,
            ["x1": (x1, -1.5), "w1": (w1, 1), "x2": (x2, 0.5), "w2": (w2, 0), "b": (bias, 0.5)])
    }

    private static func judgeByDifferences(_ backward: (Value) throws -> Void) throws {
        func function(_ a: Value, _ b: Value) -> Value {
            let c = (a * b)
            let d = ((c + a)).tanh()
            let e = (d * c)
            return (e + d) * (e + b * b).tanh()
        }
        func number(_ a: Double, _ b: Double) -> Double { function(Value(a), Value(b)).data }
        let (a, b, h) = (0.7, -0.4, 1e-5)
        let (aNode, bNode) = (Value(a), Value(b))
        try backward(function(aNode, bNode))
        let differences = [
            ("a", aNode.grad, number(a + h, b) - number(a - h, b)),
            ("b", bNode.grad, number(a, b + h) - number(a, b - h)),
        ]
        for (name, grad, difference) in differences {
            let central = difference / (2 * h)
            guard !GradientDifference(backward: grad, central: central).isWithinTolerance else {
                continue
            }
            try expect(
                grad, central,
                "c = a * b, d = tanh(c + a), e = d * c, y = (e + d) * tanh(e + b * b): "
                    + "\(name).grad by finite differences")
        }
    }
}
