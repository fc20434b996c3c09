import Course
import Inspection
import MicroGPT

extension Exercise {
    static let descend = Exercise(
        "3-4-descend", "one step on the gradients of several documents",
        ["descend": "Judge.descend"],
        hints: """
            - Call each of `losses` once: it makes the graph of one document from the parameters
              as they are now, and gives its loss. `backward()` adds what it finds to what the
              parameters have.
            - What others have left in the gradients must not count, and nothing may be left for
              the next step.
            """)
}

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
