import Course
import Inspection
import MicroGPT

extension Exercise {
    static let gradientDescent = Exercise(
        "3-4-gradient-descent", "parameters move against their gradients",
        ["gradientDescentStep": "Judge.gradientDescent"],
        hints: """
            - A gradient above zero says that the loss rises when the parameter does.
            - `Value` is a class: to set `data` of an element changes the parameter itself.
            """)
}

extension Judge {
    /// Two steps down a bowl, whose gradients are known: each parameter goes the same share of the
    /// way to its target in each. Gradients that are left over would spoil the second.
    public static func gradientDescent(_ descend: ([Value], Double) throws -> Void) throws {
        let (starts, targets) = ([0.0, 5, -2], [3.0, 1, -2.5])
        let params = starts.map { Value($0) }
        for _ in 1...2 {
            let before = params.map(\.data)
            sum(zip(params, targets).map { p, target in (p - target).pow(2) }).backward()
            func text(_ numbers: [Double]) -> String {
                "[\(numbers.map { short($0) }.joined(separator: ", "))]"
            }
            let place =
                "params \(text(before)) with the gradients \(text(params.map(\.grad))), "
                + "learning rate 0.1: params"
            try descend(params, 0.1)
            for i in params.indices {
                let expected = before[i] - 0.1 * 2 * (before[i] - targets[i])
                try expect(
                    params[i].data, expected, "\(place)[\(i)].data",
                    mistakes: [
                        (
                            "that is uphill: the loss falls against the gradient",
                            2 * before[i] - expected
                        ),
                        ("that is the step alone: p itself is missing", expected - before[i]),
                    ])
            }
            for i in params.indices {
                try expect(
                    params[i].grad, 0, "\(place)[\(i)].grad",
                    mistakes: [
                        (
                            "that would count in the next step: set it to 0",
                            2 * (before[i] - targets[i])
                        )
                    ])
            }
        }
    }
}
