import Course
import Foundation
import Inspection
import MicroGPT

extension Exercise {
    static let backward = [
        Exercise(
            "02-05-backward", "the chain rule, in the right order", ["backward": "Judge.backward"],
            forbids: [".backward"],
            hints: """
                - A number may pass on only when it has got all that it will get: after everything
                  that was made from it. Depth first, each number after its children, that list
                  reversed, is such an order.
                - A number that was met before is not visited again. `ObjectIdentifier(node)` can go
                  into a `Set`, and `===` says whether two are the same.
                - For all of these graphs a function that calls itself is good enough. Lesson 08 has
                  others.
                """),
        Exercise(
            "02-06-descend", "one step on the gradients of several documents",
            ["descend": "Judge.descend"],
            hints: """
                - Call each of `losses` once: it makes the graph of one document from the parameters
                  as they are now, and gives its loss. `backward()` adds what it finds to what the
                  parameters have.
                - What others have left in the gradients must not count, and nothing may be left for
                  the next step.
                """),
        Exercise(
            "02-07-central-differences", "derivatives without backward()",
            ["centralDifferences": "Judge.centralDifferences"],
            forbids: [".backward"],
            hints: """
                - `function()` computes f from the parameters' `data` as they are when it is called.
                - After p + h and p - h, is p what it was, to the last bit? 0.3 + 0.1 - 0.1 is not
                  0.3.
                """),
        Exercise(
            "02-08-depth", "the depth of a graph, without recursion", ["depth": "Judge.depth"],
            hints: """
                - Keep a list of your own of what is still to be done, and take from its end. A
                  number whose children all have a depth by now gets its own; any other one has to
                  wait for them.
                - A dictionary `[ObjectIdentifier: Int]` can hold what is known:
                  `ObjectIdentifier(root)`.
                - Each number once, however many ways lead to it; or the answer may take longer than
                  you live.
                """),
    ]
}

// MARK: - 02-05

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

// MARK: - 02-06

extension Judge {
    public static func descend(
        _ descend: (_ params: [Value], _ losses: [() -> Value], _ learningRate: Double) throws
            -> Void
    ) throws {
        let w = Value(0)
        try descend([w], [{ (w - 3).pow(2) }], 0.1)
        try expect(
            w.data, 0.6, "a step from w = 0 on (w - 3)²: w",
            mistakes: [("that is uphill: the loss falls against the gradient", -0.6)])
        try expect(
            w.grad, 0, "a step from w = 0 on (w - 3)²: w.grad afterwards",
            mistakes: [("that would count in the next step: set it to 0", -6)])
        try descend([w], [{ (w - 3).pow(2) }], 0.1)
        try expect(w.data, 1.08, "a second step: w")

        let (x, b) = (Value(1), Value(2))
        var calls = [0, 0]
        let losses = [
            {
                calls[0] += 1
                return (x - 3).pow(2) + b * 4
            },
            {
                calls[1] += 1
                return (x + 1).pow(2) * 2 + b * b
            },
        ]
        let place = "a step from x = 1, b = 2 on (x - 3)² + 4b and 2(x + 1)² + b²"
        try descend([x, b], losses, 0.1)
        try expect(  // the mean of -4 and 8
            x.data, 1 - 0.1 * (-4 + 8) / 2, "\(place): x",
            mistakes: [("that goes by the sum of the gradients, not by their mean", 0.6)])
        try expect(b.data, 2 - 0.1 * (4 + 4) / 2, "\(place): b")
        try expectEqual(calls, [1, 1], "\(place): calls of each loss")

        let v = Value(1)
        v.grad = 100
        try descend([v], [{ v * 5 }], 0.1)
        try expect(
            v.data, 0.5, "a step from v = 1 on 5v, with v.grad = 100 from before: v",
            mistakes: [("the gradient from before counted, too: set it to 0 first", -9.5)])
        try expect(v.grad, 0, "a step from v = 1 on 5v: v.grad afterwards")
    }
}

// MARK: - 02-07

extension Judge {
    public static func centralDifferences(
        _ centralDifferences: (_ function: () -> Double, _ params: [Value], _ h: Double) throws
            -> [Double]
    ) throws {
        // (x + h)³ - (x - h)³ = 6x²h + 2h³: with a large h one sees which difference it is.
        let x = Value(2)
        try expect(
            try centralDifferences({ x.data * x.data * x.data }, [x], 0.1), [12.01],
            "differences of x³ at 2, h = 0.1",
            mistakes: [
                ("that is a difference to one side only: (f(p + h) - f(p)) / h", [12.61]),
                ("from p - h to p + h it is 2h, not h", [24.02]),
            ])
        let (a, b) = (Value(3), Value(-2))
        try expect(
            try centralDifferences({ a.data * a.data * b.data }, [a, b], 1e-3), [-12, 9],
            "differences of a²b at 3, -2 by [a, b], h = 0.001")

        let p = Value(0.3)
        let slope = try centralDifferences({ p.exp().data }, [p], 0.1)
        try expect(
            slope, [(exp(0.3 + 0.1) - exp(0.3 - 0.1)) / 0.2], "differences of exp at 0.3, h = 0.1")
        try expectEqual("\(p.data)", "0.3", "differences of exp at 0.3: its data afterwards")
        try expect(try centralDifferences({ 1 }, [], 0.1), [], "differences by no parameter")
    }
}

// MARK: - 02-08

extension Judge {
    public static func depth(_ depth: @escaping (Value) throws -> Int) throws {
        let (a, b) = (Value(2), Value(-3))
        try expectEqual(
            try depth(a), 0, "depth of a leaf",
            mistakes: [("that counts the numbers on the way, and not the steps", 1)])
        try expectEqual(try depth(a * b), 1, "depth of a * b")
        let d = a * 3
        let e = d + 1
        try expectEqual(
            try depth(d * e), 3, "depth of d * e with d = a * 3, e = d + 1",
            mistakes: [("that is the shortest way to a leaf, and not the longest", 2)])
        try expectEqual(try depth(e * d), 3, "depth of e * d with d = a * 3, e = d + 1")
        try expectEqual(try depth(dot([a, e], [d, b])), 3, "depth of dot([a, e], [d, b])")
        try expectEqual(try depth((a * b).exp().log() + a), 4, "depth of (a * b).exp().log() + a")

        /// On a small stack, where recursion ends the process, which cannot be caught here.
        func judge(_ root: Value, _ expected: Int, _ place: String) throws {
            let result = SmallStack.run(seconds: 3) { Result { try depth(root) } }
            guard let result else {
                throw WrongAnswer(
                    message: "\(place): no answer in 3 seconds; each number is to be looked at "
                        + "once, not once for every way that leads to it")
            }
            try expectEqual(try result.get(), expected, place)
        }
        // 2 to the power 60 ways lead to the leaf.
        let doubled = (0..<60).reduce(a) { last, _ in last + last }
        try judge(doubled, 60, "depth of a number doubled 60 times")
        let chain = (0..<20_000).reduce(a) { last, _ in last + b }
        try judge(chain, 20_000, "depth of a chain of 20000 additions")
    }
}
