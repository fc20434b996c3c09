import Course
import Foundation
import Inspection
import MicroGPT

extension Exercise {
    static let littleTape = Exercise(
        "8-3-little-tape", "the way back over flat arrays",
        ["tapeGradients": "Judge.littleTape"],
        hints: """
            - One gradient for each number, in an array: 1 for the last, 0 for all others.
            - In which order must numbers pass on, so that each has got all that it will get?
              The tape has one that needs no search.
            - A number may be used many times, and also twice by the same number: `a[i] ==
              b[i]`.
            """)
}

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

/// What made a number on the tape.
public enum Code: UInt8, Sendable { case leaf, add, multiply, exp }
