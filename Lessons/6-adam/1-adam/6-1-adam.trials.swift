import Course
import Foundation
import Inspection
import LessonJudges
import MicroGPT
import Solutions
import Testing

extension EachExercise {
    @Test func `6-1 adam`() {
        expect(
            solution: { try Judge.adam(Solutions.adamUpdate) },
            wrong: {
                try Judge.adam { params, m, v, step, learningRate, config in
                    for (i, p) in params.enumerated() {
                        m[i] = config.beta1 * m[i] + (1 - config.beta1) * p.grad
                        v[i] = config.beta2 * v[i] + (1 - config.beta2) * p.grad * p.grad
                        p.data -= learningRate * m[i] / (v[i].squareRoot() + config.epsilon)
                        p.grad = 0
                    }
                }
            },
            says:
                "step 0, gradients [0.5, -2.0, 1e-06, 300.0], betas of lesson: params[0]: expected -0.0099999998, got -0.0044721"
        )
    }

    private func adam(
        from first: Int = 1, epsilonInside: Bool = false, squared: Bool = true,
        keepsCorrected: Bool = false
    ) throws {
        try Judge.adam { params, m, v, step, learningRate, config in
            let bias1 = 1 - pow(config.beta1, Double(step + first))
            let bias2 = 1 - pow(config.beta2, Double(step + first))
            for (i, p) in params.enumerated() {
                let g = p.grad
                m[i] = config.beta1 * m[i] + (1 - config.beta1) * g
                v[i] = config.beta2 * v[i] + (1 - config.beta2) * (squared ? g * g : g)
                let (mHat, vHat) = (m[i] / bias1, v[i] / bias2)
                if keepsCorrected { (m[i], v[i]) = (mHat, vHat) }
                let size =
                    epsilonInside
                    ? (vHat + config.epsilon).squareRoot() : vHat.squareRoot() + config.epsilon
                p.data -= learningRate * mHat / size
                p.grad = 0
            }
        }
    }

    @Test func `6-1 Adam with its classic mistakes`() throws {
        try adam()
        expect(
            "step 0, gradients [0.5, -2.0, 1e-06, 300.0], betas of lesson: params[0]: expected -0.0099999998, got "
        ) {
            try adam(from: 0)
        }
        expect(
            "step 0, gradients [0.5, -2.0, 1e-06, 300.0], betas of lesson: params[2]: expected 1.99009901, got 1.9999"
        ) {
            try adam(epsilonInside: true)
        }
        expect(
            "step 0, gradients [0.5, -2.0, 1e-06, 300.0], betas of lesson: v[0]: expected 0.0125, got 0.025"
        ) {
            try adam(squared: false)
        }
        expect(
            "step 0, gradients [0.5, -2.0, 1e-06, 300.0], betas of lesson: m[0]: expected 0.05, got 0.5"
        ) {
            try adam(keepsCorrected: true)
        }
    }

    @Test func `6-1 lists of the wrong length`() {
        expect(
            "step 0, gradients [0.5, -2.0, 1e-06, 300.0], betas of lesson: m.count: expected 4, got 5"
        ) {
            try Judge.adam { params, m, v, step, learningRate, config in
                m.append(0)
                for (i, p) in params.enumerated() {
                    m[i] = 0
                    p.grad = 0
                }
            }
        }
    }
}
