import Course
import Foundation
import Inspection
import MicroGPT
import PythonRandom

extension Exercise {
    static let autograd = [
        Exercise(
            "02-01-slope", "how steep a function is at a point", ["slope": "Judge.slope"],
            hints: """
                - From one point to another: by how much does f rise, and by how much does x?
                - At its lowest point a function has the slope 0. Which two points give exactly
                  that, for a function that is the same to the left and to the right of x?
                - A distance of 1e-5 is small enough for the function to be nearly straight, and
                  large enough for the digits of its values not to run out.
                """),
        Exercise(
            "02-02-chain-rule", "the derivative of a chain of functions",
            ["derivative": "Judge.chainRule"],
            hints: """
                - Walk along the chain with two numbers: how far the value has come, and the product
                  so far.
                - A link's derivative is to be taken at the number that this link gets, which is not
                  x.
                """),
        Exercise(
            "02-03-add-and-multiply", "a sum and a product with their gradients",
            ["add": "Judge.added", "multiply": "Judge.multiplied"],
            hints: """
                - `add`: If a grows by a little bit, by how much does a + b grow?
                - `multiply`: A rectangle is a wide and b high. If a grows by a little bit, how much
                  area is added?
                """),
        Exercise(
            "02-04-topological-sort", "each node of a graph after its children",
            ["topologicalOrder": "Judge.topologicalSort"],
            hints: """
                - A function inside the function that calls itself for each child is all it takes.
                - A node may be reached in more than one way. Remember which ones you have visited:
                  `var visited: Set<ObjectIdentifier> = []`, and
                  `visited.insert(ObjectIdentifier(node)).inserted` is false if the node was in the
                  set already.
                """),
    ]
}

// MARK: - 02-01

extension Judge {
    public typealias SlopeAnswer = (_ f: (Double) -> Double, _ x: Double) throws -> Double

    public static func slope(_ slope: SlopeAnswer) throws {
        try expectSlope(try slope({ x in x * x }, 3), 6, "slope of x * x at 3")
        try expectSlope(try slope({ x in 5 - 2 * x }, 7), -2, "slope of 5 - 2 * x at 7")
        try expectSlope(try slope({ _ in 4 }, 1), 0, "slope of a function that is always 4, at 1")
        // A difference to one side only gives 1000 times its step here, and not 0.
        try expectSlope(
            try slope({ x in 1000 * x * x }, 0), 0, "slope of 1000 * x * x at its lowest point, 0",
            says: "that is the slope between x and a point on one side of it")
        try expectSlope(try slope(sin, 1), cos(1), "slope of sin at 1")
        try expectSlope(try slope(exp, -2), exp(-2), "slope of exp at -2")
        try expectSlopeOfLoss(slope)
    }

    /// A parameter of a real model, whose slope `backward()` finds as well.
    private static func expectSlopeOfLoss(_ slope: SlopeAnswer) throws {
        var rng = PythonRandom(seed: 42)
        let gpt = GPT(.lesson, Tokenizer(documents: ["emma"]), &rng)
        let tokens = try gpt.tokenizer.tokens(of: "emma")
        gpt.loss(tokens).backward()
        let p = gpt.lmHead[1][0]
        let answer = try slope(
            { x in
                p.data = x
                return gpt.loss(tokens).data
            }, p.data)
        try expectSlope(answer, p.grad, "slope of the loss of \"emma\" by lmHead[1][0]")
    }

    /// To 6 digits, and not more: there are two roundings and a curve in each difference.
    private static func expectSlope(
        _ actual: Double, _ expected: Double, _ place: String, says: String? = nil
    ) throws {
        func isNear(_ number: Double) -> Bool {
            abs(actual - number) <= 1e-6 * max(1, abs(number))
        }
        if isNear(expected) { return }
        throw WrongAnswer(
            message: "\(place): expected \(digits(expected)), got \(digits(actual))",
            says: isNear(2 * expected)
                ? "that is twice the slope: from x - h to x + h it is 2h" : says)
    }
}

// MARK: - 02-02

extension Judge {
    public typealias Link = (f: (Double) -> Double, derivative: (Double) -> Double)

    public static func chainRule(_ derivative: ([Link], Double) throws -> Double) throws {
        let square: Link = ({ x in x * x }, { x in 2 * x })
        let line: Link = ({ x in 3 * x + 1 }, { _ in 3 })
        let exponential: Link = (exp, exp)
        let reciprocal: Link = ({ x in 1 / x }, { x in -1 / (x * x) })
        for (links, x, expected, place) in [
            ([square], 3, 6, "x² at 3"),
            ([line, square], 2, 42, "(3x + 1)² at 2"),
            ([square, line], 2, 12, "3x² + 1 at 2"),
            ([], 5, 1, "no links, at 5"),
            ([square, exponential], 0.5, exp(0.25), "exp(x²) at 0.5"),
        ] as [([Link], Double, Double, String)] {
            try expect(
                try derivative(links, x), expected, "derivative of \(place)",
                mistakes: [
                    (
                        "that takes each derivative at x, and not at what the link gets",
                        links.reduce(1) { $0 * $1.derivative(x) }
                    )
                ])
        }
        // What backward() finds, and what a small change does.
        let links = [line, exponential, reciprocal, square]
        func value(_ x: Double) -> Double { links.reduce(x) { $1.f($0) } }
        for start in [-0.5, 0, 0.3] {
            let place = "derivative of (1 / exp(3x + 1))² at \(start)"
            let answer = try derivative(links, start)
            let x = Value(start)
            (1 / (3 * x + 1).exp()).pow(2).backward()
            try expect(answer, x.grad, place)
            try expectFiniteDifference(answer, at: start, place, value)
        }
    }
}

// MARK: - 02-03

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
        let place = "\(name)(\(digits(x)), \(digits(y)))"
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

// MARK: - 02-04

extension Judge {
    public static func topologicalSort(_ order: (Value) throws -> [Value]) throws {
        for graph in NamedGraph.all { try expectOrder(of: graph, try order(graph.root)) }
    }

    private static func expectOrder(of graph: NamedGraph, _ order: [Value]) throws {
        let place = "topologicalOrder of \(graph.text)"
        func wrong(_ what: String) -> WrongAnswer { WrongAnswer(message: "\(place): \(what)") }
        var places: [ObjectIdentifier: Int] = [:]
        for (i, node) in order.enumerated() {
            guard let name = graph.name(of: node) else {
                throw wrong("element \(i) is no node of this graph")
            }
            if places.updateValue(i, forKey: ObjectIdentifier(node)) != nil {
                throw wrong("expected each node once, got \(name) twice")
            }
        }
        for node in graph.nodes {
            guard let own = places[ObjectIdentifier(node)] else {
                throw wrong("expected \(graph.names) in it, got no \(graph.name(of: node) ?? "")")
            }
            for child in node.children where places[ObjectIdentifier(child)] ?? -1 > own {
                let (name, childName) = (graph.name(of: node) ?? "", graph.name(of: child) ?? "")
                throw wrong("expected \(childName) before \(name), which is made from it")
            }
        }
        let names = order.compactMap(graph.name).joined(separator: ", ")
        if names != graph.names {
            throw wrong(
                "expected \(graph.names), children from left to right, got \(names)")
        }
    }
}

/// A graph whose nodes have names, in the order in which they should come.
private struct NamedGraph {
    let text: String
    private(set) var nodes: [Value] = []
    private var namesByNode: [ObjectIdentifier: String] = [:]

    /// - Parameter recipe: each node's name and the names of its children, in the order of
    ///   microgpt.py, for which children have to come first.
    init(_ text: String, _ recipe: KeyValuePairs<String, [String]>) {
        self.text = text
        var nodesByName: [String: Value] = [:]
        for (name, children) in recipe {
            let node = Value(
                1, children.compactMap { nodesByName[$0] },
                children.map { _ in 1 })
            nodesByName[name] = node
            namesByNode[ObjectIdentifier(node)] = name
            nodes.append(node)
        }
    }

    var root: Value { nodes[nodes.count - 1] }
    var names: String { nodes.compactMap(name).joined(separator: ", ") }
    func name(of node: Value) -> String? { namesByNode[ObjectIdentifier(node)] }

    static var all: [NamedGraph] {
        [
            NamedGraph("a leaf", ["a": []]),
            NamedGraph("a chain: b from a, c from b", ["a": [], "b": ["a"], "c": ["b"]]),
            NamedGraph("c = a + b", ["a": [], "b": [], "c": ["a", "b"]]),
            NamedGraph("b = a * a", ["a": [], "b": ["a", "a"]]),
            NamedGraph(
                "a diamond: b and c from a, d = b + c",
                ["a": [], "b": ["a"], "c": ["a"], "d": ["b", "c"]]),
            NamedGraph(
                "a shared leaf: c = a * b, e = b * d, f = c + e",
                ["a": [], "b": [], "c": ["a", "b"], "d": [], "e": ["b", "d"], "f": ["c", "e"]]),
            NamedGraph(
                "a short way beside a long one: b from a, c from b, d = a + c",
                ["a": [], "b": ["a"], "c": ["b"], "d": ["a", "c"]]),
            NamedGraph(
                "a long way beside a short one: b from a, c from b, d = c + a",
                ["a": [], "b": ["a"], "c": ["b"], "d": ["c", "a"]]),
        ]
    }
}

// MARK: - What several of them need

extension Judge {
    /// Expects a derivative to be what a small change of the number does.
    private static func expectFiniteDifference(
        _ derivative: Double, at x: Double, _ place: String, _ f: (Double) throws -> Double
    ) throws {
        let h = 1e-5
        let central = (try f(x + h) - (try f(x - h))) / (2 * h)
        if GradientDifference(backward: derivative, central: central).isWithinTolerance { return }
        throw WrongAnswer(
            message: "\(place): expected \(digits(central)) by finite differences, "
                + "got \(digits(derivative))")
    }

    private static func digits(_ number: Double) -> String { String(format: "%.10g", number) }
}
