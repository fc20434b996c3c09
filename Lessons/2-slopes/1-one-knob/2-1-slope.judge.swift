import Course
import Foundation
import Inspection
import MicroGPT
import PythonRandom

extension Exercise {
    static let slope = Exercise(
        "2-1-slope", "how steep a function is at a point", ["slope": "Judge.slope"],
        hints: """
            - From one point to another: by how much does f rise, and by how much does x?
            - At its lowest point a function has the slope 0. Which two points give exactly
              that, for a function that is the same to the left and to the right of x?
            - A distance of 1e-5 is small enough for the function to be nearly straight, and
              large enough for the digits of its values not to run out.
            """)
}

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
        try expectSlope(answer, p.grad, "slope of a GPT's loss by one of its parameters")
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
            message: "\(place): expected \(shown(expected)), got \(shown(actual))",
            says: isNear(2 * expected)
                ? "that is twice the slope: from x - h to x + h it is 2h" : says)
    }
}
