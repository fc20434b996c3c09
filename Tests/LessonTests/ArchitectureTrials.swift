import Course
import Exercises
import MicroGPT
import Solutions

extension Trial {
    static let architecture = [
        Trial(
            "03-03-softmax",
            solution: { try Judge.softmax(Solutions.softmax) },
            wrong: {
                try Judge.softmax { logits in
                    let exps = logits.map { $0.exp() }
                    return exps.map { $0 / sum(exps) }
                }
            },
            says: "softmax([1000, 1000])[0]: expected 0.5, got ")
    ]
}
