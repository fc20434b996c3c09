import Course
import Exercises
import Foundation
import MicroGPT
import Solutions

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
            says: "step 1 with a learning rate of 0.1: params[0].grad: expected 0, got -6"),
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
            says: "step 0, betas of lesson: params[0]: expected -0.0099999998, got -0.0044721"),
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
                    let loss = gpt.loss(try gpt.tokenizer.encode(document))
                    loss.backward()
                    update()
                    return loss.data
                }
            },
            says: "loss of step 3, \"evadne\": expected 3.23590"),
    ]
}
