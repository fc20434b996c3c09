import Course
import Foundation
import Inspection
import MicroGPT
import PythonRandom

extension Exercise {
    static let efficiencyGraphs = [
        Exercise(
            "07-01-multiply-adds", "the arithmetic of a document, counted by a formula",
            ["forwardMultiplyAdds": "Judge.multiplyAdds"],
            hints: """
                - A matrix of nOut rows of nIn numbers takes nOut * nIn at each position.
                - Position 0 looks at one position, position 1 at two, and so on. What do all of
                  them look at together? And does the number of heads count, or only the width of
                  all heads?
                """),
        Exercise(
            "07-02-dot-in-one", "a dot product as one number, to the last bit",
            ["dotInOne": "Judge.dotInOne"],
            hints: """
                - `backward` is given the gradient of the result. To each number it *adds* what that
                  number gets, since others may have added something before.
                - The same number may be in several pairs. Which pair of the chain has its turn
                  first on the way back: the first, or the last? Rounding shows it.
                """),
        Exercise(
            "07-03-little-tape", "the way back over flat arrays",
            ["tapeGradients": "Judge.littleTape"],
            hints: """
                - One gradient for each number, in an array: 1 for the last, 0 for all others.
                - In which order must numbers pass on, so that each has got all that it will get?
                  The tape has one that needs no search.
                - A number may be used many times, and also twice by the same number: `a[i] ==
                  b[i]`.
                """),
    ]
}

// MARK: - 07-01

extension Judge {
    public static func multiplyAdds(
        _ answer: (_ config: Config, _ positions: Int, _ vocabSize: Int) throws -> Int
    ) throws {
        let names = ["a", "ada", "banana"]
        let tokenizer = Tokenizer(documents: names)
        let sizes: [(embedding: Int, heads: Int, layers: Int)] = [(4, 1, 1), (4, 2, 1), (6, 2, 3)]
        for (embedding, heads, layers) in sizes {
            var config = Config.gist
            (config.nEmbd, config.nHead, config.nLayer) = (embedding, heads, layers)
            var rng = PythonRandom(seed: 42)
            let gpt = GPT(config, tokenizer, &rng)
            for name in names {
                let tokens = try tokenizer.tokens(of: name)
                try expectEqual(
                    try answer(config, tokens.count - 1, tokenizer.vocabSize),
                    pairs(under: gpt.loss(tokens), config),
                    "embedding \(embedding), heads \(heads), layers \(layers), positions "
                        + "\(tokens.count - 1), \(tokenizer.vocabSize) tokens")
            }
        }
    }

    /// Of all dot products of a model's loss, but not those of a number with itself, in rmsnorm. At
    /// the first position attention has a single value to weigh: a multiplication, as numbers tell.
    private static func pairs(under loss: Value, _ config: Config) -> Int {
        loss.numbers().filter { $0.operation == .dot && $0.children[0] !== $0.children[1] }
            .reduce(config.nEmbd * config.nLayer) { $0 + $1.children.count / 2 }
    }
}

// MARK: - 07-02

extension Judge {
    public static func dotInOne(
        _ answer: (_ xs: [Value], _ ys: [Value]) throws -> (
            data: Double, backward: (_ grad: Double) -> Void
        )
    ) throws {
        // Which of these numbers are the x and y of each pair.
        let cases: [(numbers: [Double], xs: [Int], ys: [Int])] = [
            ([2, 3, 4, 5], [0, 1], [2, 3]),
            ([3], [0], [0]),
            ([0.1, 0.2, 0.3, 0.7, -1.1, 1.3], [0, 1, 2], [3, 4, 5]),
            ([0.1, 0.2, 0.3, 0.7], [0, 0, 0], [1, 2, 3]),
            ([0.1, 0.7, -0.3], [0, 1, 2, 0], [0, 1, 2, 1]),
            ([1e16, 1, 1], [1, 0, 2, 2], [1, 1, 2, 2]),
        ]
        for (numbers, xs, ys) in cases {
            let products = zip(xs, ys).map { "\(short(numbers[$0])) * \(short(numbers[$1]))" }
            let place = products.joined(separator: " + ")
            let gradient = 0.3
            // The chain, in a graph of its own, and the answer.
            let chained = numbers.map { Value($0) }
            let first = chained[xs[0]] * chained[ys[0]] + 0
            let chain = zip(xs, ys).dropFirst().reduce(first) { total, pair in
                total + chained[pair.0] * chained[pair.1]
            }
            let values = numbers.map { Value($0) }
            let (data, backward) = try answer(xs.map { values[$0] }, ys.map { values[$0] })
            try expectBits(data, chain.data, place)
            try expect(values, numbers, "the numbers of \(place)")
            // Something is there before.
            for value in values + chained { value.grad = 0.1 }
            (gradient * chain).backward()
            backward(gradient)
            for i in numbers.indices {
                try expectBits(
                    values[i].grad, chained[i].grad,
                    "\(place): the gradient of \(short(numbers[i])), which was 0.1, after "
                        + "backward(\(gradient))")
            }
        }
    }

    private static func expectBits(_ actual: Double, _ expected: Double, _ place: String) throws {
        if actual.bitPattern != expected.bitPattern {
            throw WrongAnswer(message: "\(place): expected \(expected), got \(actual)")
        }
    }
}

// MARK: - 07-03

/// What made a number on the tape.
public enum Code: UInt8, Sendable { case leaf, add, multiply, exp }

extension Judge {
    public static func littleTape(
        _ answer: (_ codes: [Code], _ a: [Int], _ b: [Int], _ data: [Double]) throws -> [Double]
    ) throws {
        try LittleTape([2, 3]) { $0.multiply(0, 1) }.judge("x * y", answer)
        try LittleTape([3]) { $0.multiply(0, 0) }.judge("x * x", answer)
        try LittleTape([3]) { $0.add(0, 0) }.judge("x + x", answer)
        try LittleTape([0.5, -1]) { $0.exp($0.add($0.exp(0), 1)) }
            .judge("exp(exp(x) + y)", answer)
        try LittleTape([2, 3, 1]) { tape in
            let d = tape.multiply(0, 1)
            tape.multiply(tape.add(d, 2), d)
        }.judge("(d + 1) * d with d = x * y", answer)
        try LittleTape([2, 3]) { tape in
            tape.multiply(0, 1)
            tape.add(0, 0)
        }.judge("x + x, after an x * y that is not used", answer)
        try LittleTape([1.5]) { _ in }.judge("a leaf alone", answer)
        // 2 to the power 50 ways lead to the leaf.
        try LittleTape([1]) { tape in
            for i in 0..<50 { tape.add(i, i) }
        }.judge("x doubled 50 times", answer)
        try LittleTape([0.3, -0.8]) { tape in
            let e = tape.exp(tape.multiply(0, 1))
            let s = tape.add(e, 0)
            tape.add(tape.multiply(s, tape.multiply(s, e)), tape.exp(s))
        }.judge("s * (s * e) + exp(s) with e = exp(x * y), s = e + x", answer)
    }

    /// A tape, and beside it the same numbers as objects, which know the gradients.
    private final class LittleTape {
        private var (codes, a, b): ([Code], [Int], [Int]) = ([], [], [])
        private var values: [Value] = []

        init(_ leaves: [Double], _ record: (LittleTape) -> Void) {
            for x in leaves { push(.leaf, 0, 0, Value(x)) }
            record(self)
        }

        @discardableResult
        private func push(_ code: Code, _ i: Int, _ j: Int, _ value: Value) -> Int {
            codes.append(code)
            a.append(i)
            b.append(j)
            values.append(value)
            return values.count - 1
        }

        @discardableResult func add(_ i: Int, _ j: Int) -> Int {
            push(.add, i, j, values[i] + values[j])
        }
        @discardableResult func multiply(_ i: Int, _ j: Int) -> Int {
            push(.multiply, i, j, values[i] * values[j])
        }
        @discardableResult func exp(_ i: Int) -> Int { push(.exp, i, 0, values[i].exp()) }

        func judge(
            _ formula: String,
            _ answer: (_ codes: [Code], _ a: [Int], _ b: [Int], _ data: [Double]) throws -> [Double]
        ) throws {
            let found = try answer(codes, a, b, values.map(\.data))
            let leaves = zip(codes, values).filter { $0.0 == .leaf }.map { short($0.1.data) }
            let formula = "\(formula) of \(leaves.joined(separator: ", "))"
            try expectEqual(found.count, codes.count, "y = \(formula): how many gradients")
            values[values.count - 1].backward()
            for (i, value) in values.enumerated() {
                try expect(
                    found[i], value.grad,
                    "y = \(formula): the gradient of number \(i), \(codes[i])")
            }
        }
    }
}
