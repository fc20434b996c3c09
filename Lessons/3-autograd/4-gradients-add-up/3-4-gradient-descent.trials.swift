import Course
import Inspection
import LessonJudges
import Solutions
import Testing

extension EachExercise {
    @Test func `3-4 gradient descent`() {
        expect(
            solution: { try Judge.gradientDescent(Solutions.gradientDescentStep) },
            wrong: {
                try Judge.gradientDescent { params, learningRate in
                    for p in params { p.data -= learningRate * p.grad }
                }
            },
            says:
                "params [0, 5, -2] with the gradients [-6, 8, 1], learning rate 0.1: params[0].grad: expected 0, got -6"
        )
    }

    @Test func `3-4 gradient descent that climbs`() {
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
}
