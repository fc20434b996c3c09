import Course
import Foundation
import Inspection
import MicroGPT
import PythonRandom

extension Figures {
    static let backward: [String: Figure] = [
        "backwardTwice": backwardTwice,
        "withoutZeroingInTheModel": withoutZeroingInTheModel,
        "stepSizes": stepSizes,
        "kink": kink,
    ]

    static let backwardPictures: [String: Picture] = [
        "differenceErrors": differenceErrors
    ]

    /// Powers of ten without a leading zero, as people write them.
    private static func scientific(_ x: Double, decimals: Int = 1) -> String {
        String(format: "%.\(decimals)e", x).replacing("e-0", with: "e-")
            .replacing("e+00", with: "")
    }
}

extension Value {
    /// The chain rule, as in the last two lines of microgpt.py's backward().
    fileprivate func passGradToChildren() {
        for (child, localGrad) in zip(children, localGrads) {
            child.grad += localGrad * grad
        }
    }
}

extension Figures {
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
}
