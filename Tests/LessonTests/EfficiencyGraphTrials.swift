import Course
import LessonFigures
import LessonJudges
import Inspection
import MicroGPT
import Solutions

extension Trial {
    static let efficiencyGraphs = [
        Trial(
            "07-01-multiply-adds",
            solution: {
                try Judge.multiplyAdds {
                    try Solutions.forwardMultiplyAdds($0, positions: $1, vocabSize: $2)
                }
            },
            wrong: {
                try Judge.multiplyAdds { config, positions, vocabSize in  // heads of full width
                    let right = try Solutions.forwardMultiplyAdds(
                        config, positions: positions, vocabSize: vocabSize)
                    return right + config.nLayer * positions * (positions + 1) * config.nEmbd
                        * (config.nHead - 1)
                }
            },
            says: "embedding 4, heads 2, layers 1, positions 2, 5 tokens: expected 448, got 472"),
        Trial(
            "07-02-dot-in-one",
            solution: { try Judge.dotInOne(Solutions.dotInOne) },
            wrong: {
                try Judge.dotInOne { xs, ys in  // the first pair first on the way back
                    let (data, _) = try Solutions.dotInOne(xs, ys)
                    return (
                        data,
                        { grad in
                            for (x, y) in zip(xs, ys) {
                                x.grad += y.data * grad
                                y.grad += x.data * grad
                            }
                        }
                    )
                }
            },
            says: "0.1 * 0.2 + 0.1 * 0.3 + 0.1 * 0.7: the gradient of 0.1, which was 0.1, after"),
        Trial(
            "07-03-little-tape",
            solution: { try Judge.littleTape(Solutions.tapeGradients) },
            wrong: {
                try Judge.littleTape { codes, a, b, data in  // assigned, where it should be added
                    var grads = [Double](repeating: 0, count: codes.count)
                    grads[codes.count - 1] = 1
                    for i in codes.indices.reversed() {
                        switch codes[i] {
                        case .leaf: break
                        case .add: (grads[a[i]], grads[b[i]]) = (grads[i], grads[i])
                        case .multiply:
                            grads[a[i]] = data[b[i]] * grads[i]
                            grads[b[i]] = data[a[i]] * grads[i]
                        case .exp: grads[a[i]] = data[i] * grads[i]
                        }
                    }
                    return grads
                }
            },
            says: "y = x * x of 3: the gradient of number 0, leaf: expected 6, got 3"),
    ]
}
