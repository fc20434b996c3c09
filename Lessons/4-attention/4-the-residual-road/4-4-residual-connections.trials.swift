import Course
import Inspection
import LessonJudges
import MicroGPT
import Solutions
import Testing

extension EachExercise {
    @Test func `4-4 residual connections`() {
        expect(
            solution: { try Judge.withResidual(Solutions.withResidual) },
            wrong: { try Judge.withResidual { x, block in try block(MicroGPT.rmsnorm(x)) } },
            says: "[3, -4] around a block that gives zeros: x[0]: expected 3, got 0")
    }

    static let residualMistakes = [
        Mistake("the norm of x is added", says: "[3, -4] around a block that gives zeros: x[0]") {
            try Judge.withResidual { x, block in
                let x = MicroGPT.rmsnorm(x)
                return zip(try block(x), x).map { $0 + $1 }
            }
        },
        Mistake("no norm", says: "what the block gets of [3, -4][0]") {
            try Judge.withResidual { x, block in zip(try block(x), x).map { $0 + $1 } }
        },
        Mistake("a copy is added", says: "gradient of the result around linear(x, w)") {
            try Judge.withResidual { x, block in
                zip(try block(MicroGPT.rmsnorm(x)), x).map { $0 + $1.data }
            }
        },
        Mistake("two calls", says: "calls of the block: expected 1, got 2") {
            try Judge.withResidual { x, block in
                _ = try block(MicroGPT.rmsnorm(x))
                return try Solutions.withResidual(x, block)
            }
        },
    ]

    @Test(arguments: residualMistakes) func `4-4 a mistake with the residual is found`(
        _ mistake: Mistake
    ) {
        expectFound(mistake)
    }
}
