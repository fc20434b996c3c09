import Course
import Foundation
import Inspection
import MicroGPT
import PythonRandom

extension Figures {
    static let backward: [String: Figure] = [
        "passesInOrder": passesInOrder,
        "wrongOrders": wrongOrders,
        "usedTwice": usedTwice,
        "backwardTwice": backwardTwice,
        "twoDocuments": { try gradientsOfTwo().table },
        "twoDocumentsOff": { [try gradientsOfTwo().off] },
        "withoutZeroing": withoutZeroing,
        "withoutZeroingInTheModel": withoutZeroingInTheModel,
        "stepSizes": stepSizes,
        "bestStepSizes": bestStepSizes,
        "callsOfCheck": callsOfCheck,
        "agreement": agreement,
        "kink": kink,
        "gradientsThatAreZero": gradientsThatAreZero,
        "depths": depths,
        "nestedCalls": nestedCalls,
        "bytesPerCall": bytesPerCall,
        "longChains": longChains,
    ]

    static let backwardPictures: [String: Picture] = [
        "topologicalOrder": topologicalOrderPicture,
        "breadthFirstOrder": breadthFirstOrderPicture,
        "differenceErrors": differenceErrors,
    ]

    /// Powers of ten without a leading zero, as people write them.
    private static func scientific(_ x: Double, decimals: Int = 1) -> String {
        String(format: "%.\(decimals)e", x).replacing("e-0", with: "e-")
            .replacing("e+00", with: "")
    }
}

// MARK: - 05: the order

extension Value {
    /// The chain rule, as in the last two lines of microgpt.py's backward().
    fileprivate func passGradToChildren() {
        for (child, localGrad) in zip(children, localGrads) {
            child.grad += localGrad * grad
        }
    }
}

extension Figures {
    /// y = d * e with d = a * 3 and e = d + 1, in microgpt.py's form.
    private struct Bypass {
        let a = Value(2)
        let d, e, y: Value

        /// - Parameter isSwapped: whether y is e * d.
        init(isSwapped: Bool = false) {
            d = a * 3
            e = d + 1
            y = isSwapped ? e * d : d * e
        }

        var named: [(name: String, node: Value)] { [("y", y), ("e", e), ("d", d), ("a", a)] }

        func name(of node: Value) -> String? { named.first { $0.node === node }?.name }
    }

    /// The gradients after each turn.
    @Sendable private static func passesInOrder() -> [String] {
        let graph = Bypass()
        func row(_ turn: String) -> [String] { [turn] + graph.named.map { short($0.node.grad) } }
        graph.y.grad = 1
        var rows = [row("at the start")]
        for node in graph.y.numbers(.topological) where !node.children.isEmpty {
            node.passGradToChildren()
            rows.append(row("\(graph.name(of: node) ?? "?") passes on"))
        }
        return table([""] + graph.named.map { "`\($0.name).grad`" }, rows)
    }

    @Sendable private static func wrongOrders() -> [String] {
        func gradient(_ pass: (Value) -> Void, isSwapped: Bool) -> String {
            let graph = Bypass(isSwapped: isSwapped)
            graph.y.grad = 1
            pass(graph.y)
            return short(graph.a.grad)
        }
        func inOrder(_ order: GraphOrder) -> (Value) -> Void {
            { root in for node in root.numbers(order) { node.passGradToChildren() } }
        }
        /// Passes on at once whatever it has, at each visit.
        func again(_ node: Value) {
            for (child, localGrad) in zip(node.children, node.localGrads) {
                child.grad += localGrad * node.grad
                again(child)
            }
        }
        let ways: [(String, (Value) -> Void)] = [
            ("topological order, reversed", inOrder(.topological)),
            ("breadth first", inOrder(.breadthFirst)),
            ("depth first, each before its children", inOrder(.depthFirst)),
            ("at every visit, by recursion", again),
        ]
        let a = Value(2)
        let difference = checkGradients(by: [a]) { (a * 3) * (a * 3 + 1) }[0].central
        let rows = ways.map { name, pass in
            [name, gradient(pass, isSwapped: false), gradient(pass, isSwapped: true)]
        }
        let checked = String(format: "%.4f", difference)
        return table(
            ["the gradient of `a`", "`y = d * e`", "`y = e * d`"],
            rows + [["by finite differences", checked, checked]])
    }

    @Sendable private static func topologicalOrderPicture() throws -> SVG {
        try bypassPicture(
            .topological, title: "y passes on first, then e, then d: all is right")
    }

    @Sendable private static func breadthFirstOrderPicture() throws -> SVG {
        try bypassPicture(
            .breadthFirst, title: "y first, then d, then e: a gets too little")
    }

    /// The graph, with the place of each number in the order and the gradients that follow.
    private static func bypassPicture(
        _ order: GraphOrder, title: String
    ) throws -> SVG {
        let graph = Bypass()
        graph.y.grad = 1
        let passing = graph.y.numbers(order).filter { !$0.children.isEmpty }
        for node in passing { node.passGradToChildren() }

        for (name, node) in graph.named {
            let turn = passing.firstIndex { $0 === node }
            node.label = turn.map { "\($0 + 1). \(name)" } ?? name
        }
        return try graphPicture(of: graph.y, title: title)
    }
}

// MARK: - 06: adding up

extension Figures {
    /// With `+=`, and with `=` in its place.
    @Sendable private static func usedTwice() -> [String] {
        func gradient(_ make: (Value) -> Value, adding: Bool) -> String {
            let x = Value(3)
            let y = make(x)
            y.grad = 1
            for node in y.numbers(.topological) {
                for (child, localGrad) in zip(node.children, node.localGrads) {
                    child.grad = (adding ? child.grad : 0) + localGrad * node.grad
                }
            }
            return short(x.grad)
        }
        func difference(_ make: (Value) -> Value) -> String {
            let x = Value(3)
            return String(format: "%.4f", checkGradients(by: [x]) { make(x) }[0].central)
        }
        let functions: [(String, (Value) -> Value)] = [
            ("x + x", { $0 + $0 }), ("x * x", { $0 * $0 }), ("x * x + 2 * x", { $0 * $0 + 2 * $0 }),
        ]
        return table(
            ["`y`, where `x` is 3", "`x.grad` by `+=`", "`x.grad` by `=`", "finite differences"],
            functions.map { name, make in
                [
                    "`\(name)`", gradient(make, adding: true), gradient(make, adding: false),
                    difference(make),
                ]
            })
    }

    /// y = (x * x) * x at 2, here and in microgpt.py's way, where no number starts anew.
    @Sendable private static func backwardTwice() -> [String] {
        let x = Value(2)
        let square = x * x
        let y = square * x
        let xNode = Value(2)
        let squareNode = xNode * xNode
        let yNode = squareNode * xNode
        let rows = (1...3).map { call in
            y.backward()
            yNode.grad = 1
            for node in yNode.numbers(.topological) { node.passGradToChildren() }
            return [Double(call), square.grad, x.grad, squareNode.grad, xNode.grad].map {
                short($0)
            }
        }
        return table(
            [
                "calls", "`square.grad` here", "`x.grad` here", "`square.grad` there",
                "`x.grad` there",
            ], rows)
    }

    private static func model(_ config: Config, _ documents: [String]) throws -> GPT {
        var rng = PythonRandom(seed: 42)
        return GPT(config, Tokenizer(documents: documents), &rng)
    }

    /// The gradients of a sum of two losses, and those that two graphs leave together; and how far
    /// these are off at most.
    private static func gradientsOfTwo() throws -> (table: [String], off: String) {
        let documents = ["emma", "olivia"]
        let gpt = try model(.gist, documents)
        let tokens = try documents.map { try gpt.tokenizer.tokens(of: $0) }
        func gradients() -> [Double] {
            defer { for p in gpt.params { p.grad = 0 } }
            return gpt.params.map(\.grad)
        }
        func length(_ gradient: [Double]) -> Double {
            gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
        }
        let each = tokens.map { tokens in
            gpt.loss(tokens).backward()
            return gradients()
        }
        for tokens in tokens { gpt.loss(tokens).backward() }
        let together = gradients()
        (gpt.loss(tokens[0]) + gpt.loss(tokens[1])).backward()
        let ofSum = gradients()
        let off = zip(together, ofSum).map { abs($0 - $1) }.max() ?? 0
        func row(_ name: String, _ gradient: [Double]) -> [String] {
            [name, String(format: "%.4f", gradient[0]), String(format: "%.4f", length(gradient))]
        }
        let rows = [
            row("loss of \"emma\"", each[0]), row("loss of \"olivia\"", each[1]),
            row("both, one `backward()` after the other", together),
            row("the sum of the losses, one `backward()`", ofSum),
        ]
        let head = ["gradients after", "of the first parameter", "length of all together"]
        return (table(head, rows), String(format: "%.0e", off))
    }

    /// Gradient descent on (w - 3)², with and without zeroing.
    @Sendable private static func withoutZeroing() -> [String] {
        func path(zeroing: Bool) -> [Double] {
            let w = Value(0)
            return (0...20).map { _ in
                defer {
                    (w - 3).pow(2).backward()
                    w.data -= 0.1 * w.grad
                    if zeroing { w.grad = 0 }
                }
                return w.data
            }
        }
        let (zeroed, kept) = (path(zeroing: true), path(zeroing: false))
        return table(
            ["step", "`w`, zeroed", "`w`, never zeroed"],
            [0, 1, 2, 3, 5, 10, 15, 20].map { step in
                [
                    "\(step)", String(format: "%.4f", zeroed[step]),
                    String(format: "%.4f", kept[step]),
                ]
            })
    }

    /// Five names over and over: the mean loss of each round.
    @Sendable private static func withoutZeroingInTheModel() throws -> [String] {
        let names = ["emma", "ava", "mia", "ella", "anna"]
        func rounds(zeroing: Bool) throws -> [Double] {
            let gpt = try model(.lesson, names)
            var adam = Adam(paramCount: gpt.params.count)
            return try (1...5).map { _ in
                let losses = try names.map { name in
                    let loss = gpt.loss(try gpt.tokenizer.tokens(of: name))
                    loss.backward()
                    let gradients = gpt.params.map(\.grad)
                    adam.update(gpt.params, gpt.config)  // zeroes them
                    if !zeroing { for (p, grad) in zip(gpt.params, gradients) { p.grad = grad } }
                    return loss.data
                }
                return losses.reduce(0, +) / Double(losses.count)
            }
        }
        let (zeroed, kept) = (try rounds(zeroing: true), try rounds(zeroing: false))
        return table(
            ["steps", "mean loss, zeroed", "mean loss, never zeroed"],
            zip(zeroed, kept).enumerated().map { i, loss in
                [
                    "\(5 * i + 1)–\(5 * i + 5)", String(format: "%.4f", loss.0),
                    String(format: "%.4f", loss.1),
                ]
            })
    }
}

// MARK: - 07: finite differences

extension Figures {
    /// How far the two differences are from the derivative of exp at 1, which is e.
    private static func errors(h: Double) -> (forward: Double, central: Double) {
        func f(_ x: Double) -> Double { Value(x).exp().data }
        let derivative = f(1)
        return (
            abs((f(1 + h) - f(1)) / h - derivative),
            abs((f(1 + h) - f(1 - h)) / (2 * h) - derivative)
        )
    }

    /// By the C library in all builds, as `Value` has it, for the last digit counts here.
    private static func powerOfTen(_ exponent: Double) -> Double {
        Value(10).pow(exponent).data
    }

    @Sendable private static func stepSizes() -> [String] {
        table(
            ["h", "error of (f(x + h) - f(x)) / h", "error of (f(x + h) - f(x - h)) / 2h"],
            (1...12).map { k in
                let h = powerOfTen(Double(-k))
                let error = errors(h: h)
                return [h, error.forward, error.central].enumerated().map { i, x in
                    scientific(x, decimals: i == 0 ? 0 : 1)
                }
            })
    }

    /// Square and cube root of the distance from 1 to the next number.
    @Sendable private static func bestStepSizes() -> [String] {
        [Double.ulpOfOne, sqrt(.ulpOfOne), cbrt(.ulpOfOne)].map { scientific($0) }
    }

    @Sendable private static func callsOfCheck() throws -> [String] {
        let count = try model(.lesson, ["abcdefghijklmnopqrstuvwxyz"]).params.count
        return ["\(2 * count)"]
    }

    /// A right derivative and a wrong one: of x * x at 3, and with one x taken for a constant.
    @Sendable private static func agreement() -> [String] {
        let x = Value(3)
        let functions: [(String, () -> Value)] = [
            ("`x * x`", { x * x }), ("`x * Value(x.data)`", { x * Value(x.data) }),
        ]
        return differences(functions.map { ($0, checkGradients(by: [x], of: $1)[0]) })
    }

    /// relu near 0, and its square.
    @Sendable private static func kink() -> [String] {
        let points: [(String, Double)] = [
            ("0", 0), ("0.000003", 0.000003), ("0.00002", 0.00002),
        ]
        let relu = points.map { name, data in
            let x = Value(data)
            return ("relu at \(name)", checkGradients(by: [x]) { x.relu() }[0])
        }
        let zero = Value(0)
        return differences(
            relu + [("relu² at 0", checkGradients(by: [zero]) { zero.relu().pow(2) }[0])])
    }

    private static func differences(_ rows: [(String, GradientDifference)]) -> [String] {
        table(
            ["function", "`backward`", "`central`", "`relative`", "`isWithinTolerance`"],
            rows.map { name, difference in
                [
                    name, short(difference.backward), String(format: "%.6f", difference.central),
                    scientific(difference.relative, decimals: 0),
                    "\(difference.isWithinTolerance)",
                ]
            })
    }

    /// How many gradients of each matrix are not zero, before training and after a few steps.
    @Sendable private static func gradientsThatAreZero() throws -> [String] {
        let gpt = try model(.lesson, ["emma"])
        var adam = Adam(paramCount: gpt.params.count)
        let tokens = try gpt.tokenizer.tokens(of: "emma")
        func counts() -> [Int] {
            gpt.loss(tokens).backward()
            return gpt.stateDict.map { $0.1.joined().count { $0.grad != 0 } }
        }
        let before = counts()
        adam.update(gpt.params, gpt.config)
        let after = counts()
        return table(
            ["matrix", "numbers", "gradients not 0, before training", "after one step"],
            zip(gpt.stateDict, zip(before, after)).map { matrix, counts in
                [
                    "`\(matrix.0)`", "\(matrix.1.joined().count)", "\(counts.0)", "\(counts.1)",
                ]
            })
    }

    /// The two errors for each step size, both axes logarithmic.
    @Sendable private static func differenceErrors() -> SVG {
        let rows = (8...96).map { k in
            let h = powerOfTen(-Double(k) / 8)
            return (h: h, errors: errors(h: h))
        }
        return Chart(
            x: .init("h, smaller and smaller", range: (1e-1, 1e-12), isLogarithmic: true),
            y: .init("error", range: (1e-12, 1), isLogarithmic: true),
            [
                Chart.Series("forward", rows.map { .init($0.h, $0.errors.forward) }),
                Chart.Series("central", rows.map { .init($0.h, $0.errors.central) }),
            ]
        ).picture(title: "Error of the derivative of exp at 1, for each h")
    }
}

// MARK: - 08: depth

extension Figures {
    /// Steps to the farthest leaf, and what they would be if each `dot` and `sum` were made of
    /// `*` and `+`, as in microgpt.py.
    private static func depth(of root: Value) -> (here: Int, there: Int) {
        var depths: [ObjectIdentifier: (here: Int, there: Int)] = [:]
        var stack = [root]
        while let value = stack.last {
            let missing = value.children.filter { depths[ObjectIdentifier($0)] == nil }
            stack += missing
            guard missing.isEmpty else { continue }
            stack.removeLast()
            let below = value.children.compactMap { depths[ObjectIdentifier($0)] }
            let here = (below.map(\.here).max() ?? -1) + 1
            // 0 + p0 + p1 + …: the i-th of n is in n - i additions; a product is one step more.
            let terms =
                switch value.operation {
                case .sum: below.map(\.there)
                case .dot:
                    stride(from: 0, to: below.count, by: 2).map {
                        max(below[$0].there, below[$0 + 1].there) + 1
                    }
                default: [below.map(\.there).max() ?? -1]
                }
            let there = terms.enumerated().map { i, depth in depth + terms.count - i }.max() ?? 0
            depths[ObjectIdentifier(value)] = (here, there)
        }
        return depths[ObjectIdentifier(root)] ?? (0, 0)
    }

    @Sendable private static func depths() throws -> [String] {
        let rows = try [1, 2, 3].map { layers in
            var config = Config.lesson
            config.nLayer = layers
            let gpt = try model(config, ["abcdefghijklmnopqrstuvwxyz"])
            let depth = depth(of: gpt.loss(try gpt.tokenizer.tokens(of: "emma")))
            return ["\(layers)", "\(depth.here)", "\(depth.there)"]
        }
        return table(
            ["layers", "depth of the graph", "its depth if made of `*` and `+` alone"], rows)
    }

    /// How many calls are open at once when the order is found by recursion.
    @Sendable private static func nestedCalls() -> [String] {
        func nested(_ root: Value) -> Int {
            var visited: Set<ObjectIdentifier> = []
            var deepest = 0
            func visit(_ value: Value, level: Int) {
                guard visited.insert(ObjectIdentifier(value)).inserted else { return }
                deepest = max(deepest, level)
                for child in value.children { visit(child, level: level + 1) }
            }
            visit(root, level: 1)
            return deepest
        }
        func chain(_ length: Int) -> Value {
            let leaf = Value(1)
            return (0..<length).reduce(leaf) { last, _ in last + leaf }
        }
        let rows = [10, 100, 1000].map { ["a chain of \($0) additions", "\(nested(chain($0)))"] }
        return table(["graph", "calls open at once"], rows)
    }

    /// A stack of 512 KB, and one of 8 MB, shared among a million calls.
    @Sendable private static func bytesPerCall() -> [String] {
        [512.0 * 1024, 8 * 1024 * 1024].map { String(format: "%.1f", $0 / 1_000_000) }
    }

    /// Chains on a thread with a small stack: the leaf's gradient, and whether they are freed.
    @Sendable private static func longChains() -> [String] {
        table(
            ["additions", "`last.data`", "`leaf.grad`", "freed afterwards"],
            [100, 1000, 10_000].map { length in
                SmallStack.run {
                    let leaf = Value(1)
                    weak var middle: Value?
                    var result = 0.0
                    do {
                        var last = leaf
                        for i in 0..<length {
                            last = last + leaf
                            if i == length / 2 { middle = last }
                        }
                        last.backward()
                        result = last.data
                    }
                    let isFreed = middle == nil ? "yes" : "no"
                    return ["\(length)", short(result), short(leaf.grad), isFreed]
                } ?? []
            })
    }
}
