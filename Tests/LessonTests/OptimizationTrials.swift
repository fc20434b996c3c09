import Course
import LessonFigures
import LessonJudges
import Foundation
import Inspection
import MicroGPT
import Solutions
import Testing

extension Trial {
    static let optimization = [
        Trial(
            "04-04-gradient-descent",
            solution: { try Judge.gradientDescent(Solutions.gradientDescentStep) },
            wrong: {
                try Judge.gradientDescent { params, learningRate in
                    for p in params { p.data -= learningRate * p.grad }
                }
            },
            says:
                "params [0, 5, -2] with the gradients [-6, 8, 1], learning rate 0.1: params[0].grad: expected 0, got -6"
        ),
        Trial(
            "04-05-adam",
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
        ),
        Trial(
            "04-06-schedule",
            solution: { try Judge.schedule(Solutions.scheduledRate) },
            wrong: {
                try Judge.schedule { step, config in
                    let done = Double(step / config.numSteps)
                    return config.learningRate * 0.5 * (1 + cos(.pi * done))
                }
            },
            says: "lesson, learning rate 0.01: rate at step 1: expected 0.0099999"),
        Trial(
            "04-07-training-step",
            solution: { try Judge.trainingStep(Solutions.trainingStep) },
            wrong: {
                try Judge.trainingStep { gpt, document, update in
                    let loss = gpt.loss(try gpt.tokenizer.tokens(of: document))
                    loss.backward()
                    update()
                    return loss.data
                }
            },
            says: "loss of step 3, \"evadne\": expected 3.23590"),
    ]
}

/// What else learners get wrong, and what they are told.
@Suite struct OptimizationMistakeTests {
    private func expect(_ message: String, _ judge: () throws -> Void) {
        guard case .wrong(let said) = Exercise.verdict(judge) else {
            Issue.record("not found: \(message)")
            return
        }
        #expect(said.hasPrefix(message), "\(said)")
    }

    @Test func `04-04 gradient descent that climbs`() {
        expect(
            "params [0, 5, -2] with the gradients [-6, 8, 1], learning rate 0.1: params[0].data: expected 0.6, got -0.6"
        ) {
            try Judge.gradientDescent { params, learningRate in
                for p in params {
                    p.data += learningRate * p.grad
                    p.grad = 0
                }
            }
        }
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

    @Test func `04-05 Adam with its classic mistakes`() throws {
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

    @Test func `04-05 lists of the wrong length`() {
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

    @Test func `04-06 a schedule that counts from 1`() {
        expect("lesson, learning rate 0.01: rate at step 0: expected 0.01, got 0.00999990") {
            try Judge.schedule { step, config in
                try Solutions.scheduledRate(step: step + 1, config)
            }
        }
    }

    @Test func `04-07 a training step in the wrong order`() {
        func zero(_ gpt: GPT) { for p in gpt.params { p.grad = 0 } }
        expect("loss of step 2, \"euvenia\": expected 3.344426") {
            try Judge.trainingStep { gpt, document, update in
                let loss = gpt.loss(try gpt.tokenizer.tokens(of: document))
                update()
                loss.backward()
                zero(gpt)
                return loss.data
            }
        }
        expect("loss of step 2, \"euvenia\": expected 3.344426") {
            try Judge.trainingStep { gpt, document, update in
                let loss = gpt.loss(try gpt.tokenizer.tokens(of: document))
                loss.backward()
                zero(gpt)
                update()
                return loss.data
            }
        }
        expect("loss of step 1, \"bavo\": expected 3.3169829") {
            try Judge.trainingStep { gpt, document, update in
                let tokens = try gpt.tokenizer.tokens(of: document)
                _ = try Solutions.trainingStep(gpt, document, update: update)
                return gpt.loss(tokens).data
            }
        }
        expect("updates after step 1: expected 1, got 0") {
            try Judge.trainingStep { gpt, document, _ in
                gpt.loss(try gpt.tokenizer.tokens(of: document)).data
            }
        }
    }
}
