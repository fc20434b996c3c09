import Course
import Foundation
import Inspection
import MicroGPT

extension Exercise {
    static let centralDifferences = Exercise(
        "3-5-central-differences", "derivatives without backward()",
        ["centralDifferences": "Judge.centralDifferences"],
        forbids: [".backward"],
        hints: """
            - `function()` computes f from the parameters' `data` as they are when it is called.
            - After p + h and p - h, is p what it was, to the last bit? 0.3 + 0.1 - 0.1 is not
              0.3.
            """)
}

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
