import Course
import Inspection
import LessonJudges
import MicroGPT
import Solutions
import Testing

extension EachExercise {
    @Test func `4-6 the mlp block`() {
        expect(
            solution: { try Judge.mlp(Solutions.mlp) },
            wrong: {
                try Judge.mlp { x, fc1, fc2, activation in
                    MicroGPT.linear(
                        MicroGPT.linear(x, fc1).map {
                            activation == .relu ? $0.relu() : $0.pow(2).relu()
                        },
                        fc2)
                }
            },
            says: "units [2, -2, 1, 6], .squaredRelu, fc2 [1, 10, 100, 1000]: result[0]: "
                + "expected 36104, got 36144")
    }

    static let mlpMistakes = [
        Mistake("one activation for both", says: "units [2, -2, 1, 6], .squaredRelu") {
            try Judge.mlp { x, fc1, fc2, _ in try Solutions.mlp(x, fc1: fc1, fc2: fc2, .relu) }
        },
        Mistake("no activation", says: "units [2, -2, 1, 6], .relu") {
            try Judge.mlp { x, fc1, fc2, _ in MicroGPT.linear(MicroGPT.linear(x, fc1), fc2) }
        },
        Mistake("the square has no gradient", says: "gradient of the result with .squaredRelu") {
            try Judge.mlp { x, fc1, fc2, activation in
                let units = MicroGPT.linear(x, fc1).map { $0.relu() }
                return MicroGPT.linear(
                    activation == .relu ? units : units.map { $0 * $0.data }, fc2)
            }
        },
    ]

    @Test(arguments: mlpMistakes) func `4-6 a mistake with the MLP is found`(_ mistake: Mistake) {
        expectFound(mistake)
    }
}
