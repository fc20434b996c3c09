import Course
import Inspection
import LessonJudges
import Solutions
import Testing

extension EachExercise {
    @Test func `8-3 little tape`() {
        expect(
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
            says: "y = x * x of 3: the gradient of number 0, leaf: expected 6, got 3")
    }
}
