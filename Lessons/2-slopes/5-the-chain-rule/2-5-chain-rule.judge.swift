import Course
import Foundation
import Inspection
import MicroGPT

extension Exercise {
    static let chainRule = Exercise(
        "2-5-chain-rule", "the derivative of a chain of functions",
        ["derivative": "Judge.chainRule"],
        hints: """
            - Walk along the chain with two numbers: how far the value has come, and the product
              so far.
            - A link's derivative is to be taken at the number that this link gets, which is not
              x.
            """)
}

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
