import Course
import LessonFigures
import LessonJudges
import Foundation
import MicroGPT
import Solutions

extension Trial {
    static let beyondDepth = [
        Trial(
            "08-03-depth",
            solution: {
                try Judge.postNormLayer { x, attention, mlp in
                    try Solutions.postNormLayer(x, attention: attention, mlp: mlp)
                }
            },
            wrong: {
                try Judge.postNormLayer { x, attention, mlp in
                    try Solutions.withResidual(try Solutions.withResidual(x, attention), mlp)
                }
            },
            says: "what attention gets of [3, -4][0]: expected 3, got 0.84"),
        Trial(
            "08-04-dropout",
            solution: {
                try Judge.droppedOut { x, rate, isTraining, rng in
                    try Solutions.droppedOut(x, rate: rate, isTraining: isTraining, rng: &rng)
                }
            },
            wrong: {
                try Judge.droppedOut { x, rate, _, rng in
                    x.map { $0 * (rng.random() < rate ? 0 : 1) }
                }
            },
            says: "[1, 2, … 8] in training with rate 0.25 and seed 42[0]: "
                + "expected 1.333333333, got 1"),
        Trial(
            "08-05-sinusoidal-positions",
            solution: {
                try Judge.positionVector { try Solutions.positionVector($0, count: $1) }
            },
            wrong: {
                try Judge.positionVector { position, count in
                    (0..<count / 2).flatMap { i in
                        let angle = Double(position) * pow(10_000, -Double(i) / Double(count))
                        return [sin(angle), cos(angle)]
                    }
                }
            },
            says: "position 3 of 4 numbers[2]: expected 0.0299955002, got 0.2955202067"),
    ]
}
