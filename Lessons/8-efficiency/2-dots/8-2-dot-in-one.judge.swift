import Course
import Inspection
import MicroGPT

extension Exercise {
    static let dotInOne = Exercise(
        "8-2-dot-in-one", "a dot product as one number, to the last bit",
        ["dotInOne": "Judge.dotInOne"],
        hints: """
            - `backward` is given the gradient of the result. To each number it *adds* what that
              number gets, since others may have added something before.
            - The same number may be in several pairs. Which pair of the chain has its turn
              first on the way back: the first, or the last? Rounding shows it.
            """)
}

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
