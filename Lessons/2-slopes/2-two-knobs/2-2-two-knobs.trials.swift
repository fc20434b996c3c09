import Course
import LessonJudges
import Solutions
import Testing

extension EachExercise {
    @Test func `2-2 two knobs`() {
        expect(
            solution: { try Judge.stepDownhill(Solutions.stepDownhill) },
            wrong: {
                try Judge.stepDownhill { knobs, rate, loss in
                    var knobs = knobs
                    for i in knobs.indices {  // where the last one has been turned already
                        knobs[i] = try Solutions.stepDownhill(
                            knobs, learningRate: rate, loss: loss)[i]
                    }
                    return knobs
                }
            },
            says: "a step of 0.1 on x * x + 3 * x * y, from [1, 2]: expected [0.2, 1.7], got "
                + "[0.2, 1.94]\na knob was turned before the slope along the next one was found")
    }
}
