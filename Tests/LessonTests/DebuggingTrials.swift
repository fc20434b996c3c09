import Course
import LessonFigures
import LessonJudges
import Foundation
import Inspection
import MicroGPT
import Solutions

extension Trial {
    static let debugging = [
        Trial(
            "06-01-backward-again",
            solution: { try Judge.backwardAgain(Solutions.backwardAgain) },
            wrong: {
                // Sets leaves to zero, too, so that nothing adds up over calls.
                try Judge.backwardAgain { root in
                    func reset(_ node: Value) {
                        node.grad = 0
                        for child in node.children { reset(child) }
                    }
                    reset(root)
                    try Solutions.backwardAgain(root)
                }
            },
            says:
                "a = 2, b = -3, c = a * b, d = c + a, e = c * d; a.grad after 2 calls: expected 48, got 24"
        ),
        Trial(
            "06-02-mend-a-head",
            solution: { try Judge.mendedHead(Solutions.mendedHead) },
            wrong: {
                // Right slices, and the scale of the whole vector.
                try Judge.mendedHead { h, q, keys, values, headDim in
                    let scale = (Double(headDim) / Double(q.count)).squareRoot()
                    return try Solutions.mendedHead(
                        h, q.map { $0 * scale }, keys, values, headDim: headDim)
                }
            },
            says: "head 0 of 4, headDim 4[0]: expected "),
        Trial(
            "06-03-mend-adam",
            solution: { try Judge.mendedAdam(Solutions.mendedAdam) },
            wrong: {
                // Keeps the moments without their bias.
                try Judge.mendedAdam { param, m, v, step, config in
                    try Solutions.mendedAdam(param, &m, &v, step: step, config)
                    m /= 1 - pow(config.beta1, Double(step + 1))
                    v /= 1 - pow(config.beta2, Double(step + 1))
                }
            },
            says: "update 1, gradient 0.4, m: expected 0.04, got 0.4"),
        Trial(
            "06-04-wrong-matrices",
            solution: { try Judge.wrongMatrices(Solutions.wrongMatrices) },
            wrong: {
                // Forgets what is left over in the gradients.
                try Judge.wrongMatrices { matrices, loss in
                    let params = matrices.flatMap { $0.matrix.joined() }
                    let left = params.map(\.grad)
                    return try Solutions.wrongMatrices(matrices) {
                        for (p, grad) in zip(params, left) { p.grad = grad }
                        return loss()
                    }
                }
            },
            says: "a right graph: expected [], got [\"w1\", \"w2\", \"w3\"]"),
    ]
}
