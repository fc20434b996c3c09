import Course
import Foundation
import Inspection
import MicroGPT

extension Exercise {
    static let adam = Exercise(
        "6-1-adam", "moments, bias correction, update", ["adamUpdate": "Judge.adam"],
        hints: """
            - The moments stay as they are kept; only mHat and vHat, which this update uses, are
              corrected.
            - The correction is by 1 - beta to the power t, where t is 1 at the first update.
            - `pow(x, n)` and `x.squareRoot()` are there for plain numbers.
            """)
}

extension Judge {
    public typealias AdamUpdate = (
        _ params: [Value], _ m: inout [Double], _ v: inout [Double], _ step: Int,
        _ learningRate: Double, _ config: Config
    ) throws -> Void

    /// Beside MicroGPT's own Adam, whose parameters tests hold to those of microgpt.py. One of the
    /// gradients is so small that it matters where epsilon stands.
    public static func adam(_ update: AdamUpdate) throws {
        let steps = [[0.5, -2, 1e-6, 300], [-0.1, -1, 2e-6, 0], [0.3, 4, -1e-6, -300]]
        for (preset, config) in [("lesson", Config.lesson), ("gist", .gist)] {
            var config = config
            (config.schedule, config.numSteps) = (.linear, 10)
            var adam = Adam(paramCount: 4)
            var (m, v) = (adam.m, adam.v)
            let (theirs, ours) = (
                (0..<4).map { Value(Double($0)) }, (0..<4).map { Value(Double($0)) }
            )
            for (step, grads) in steps.enumerated() {
                for (i, grad) in grads.enumerated() {
                    (theirs[i].grad, ours[i].grad) = (grad, grad)
                }
                let rate = config.learningRate * (1 - Double(step) / 10)
                let before = ours.map(\.data)
                adam.update(ours, config)
                try update(theirs, &m, &v, step, rate, config)
                let place = "step \(step), gradients \(grads), betas of \(preset)"
                let (beta1, beta2) = (config.beta1, config.beta2)
                let bias = (1 - pow(beta1, Double(step + 1)), 1 - pow(beta2, Double(step + 1)))
                try expect(
                    m, adam.m, "\(place): m",
                    mistakes: [
                        (
                            "the moments are kept as they are: only this update uses the corrected ones",
                            adam.m.map { $0 / bias.0 }
                        )
                    ])
                try expect(v, adam.v, "\(place): v")
                try expect(
                    theirs, ours.map(\.data), "\(place): params",
                    mistakes: [
                        (
                            "that is the result without the correction of the bias",
                            zip(before, zip(m, v)).map { p, moments in
                                p - rate * moments.0 / (moments.1.squareRoot() + config.epsilon)
                            }
                        ),
                        (
                            "1 - beta to the power 0 is 0: t is 1 at the first update",
                            ours.map { _ in .nan }
                        ),
                        (
                            "epsilon stands outside of the root",
                            zip(before, zip(m, v)).map { p, moments in
                                let root = (moments.1 / bias.1 + config.epsilon).squareRoot()
                                return p - rate * moments.0 / bias.0 / root
                            }
                        ),
                    ])
                try expect(theirs.map(\.grad), ours.map(\.grad), "\(place): gradients of params")
            }
        }
    }
}
