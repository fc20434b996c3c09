import Course
import Foundation
import Inspection
import MicroGPT

extension Exercise {
    static let mendAdam = Exercise(
        "7-3-mend-adam", "three mistakes in an update by Adam",
        ["mendedAdam": "Judge.mendedAdam"],
        hints: """
            - Which of the two should be kept for the next step: the moment, or the moment
              without its bias?
            - In session 3 of the debugger, `bias1` is 0.1 at the first update. What is it here?
            - What must be so before the next `backward()`?
            """)
}

extension Judge {
    /// Golden values are those of `Adam`, over three updates.
    public static func mendedAdam(
        _ update: (Value, inout Double, inout Double, Int, Config) throws -> Void
    ) throws {
        var config = Config.lesson
        config.numSteps = 1_000_000_000  // Adam's own schedule stands still, to the last place
        let (param, expected) = (Value(0.5), Value(0.5))
        var adam = Adam(paramCount: 1)
        var (m, v) = (0.0, 0.0)
        for (step, grad) in [0.4, -0.3, 0.05].enumerated() {
            (param.grad, expected.grad) = (grad, grad)
            try update(param, &m, &v, step, config)
            adam.update([expected], config)
            let place = "update \(step + 1), gradient \(grad)"
            try expect(
                m, adam.m[0], "\(place), m",
                mistakes: [
                    (
                        "the moment is kept as it is: only this update uses the corrected one",
                        adam.m[0] / (1 - pow(config.beta1, Double(step + 1)))
                    ),
                    ("1 - beta to the power 0 is 0: t is 1 at the first update", .infinity),
                ])
            try expect(v, adam.v[0], "\(place), v")
            try expect(param.data, expected.data, "\(place), param.data")
            try expect(param.grad, 0, "\(place), param.grad")
        }
    }
}
