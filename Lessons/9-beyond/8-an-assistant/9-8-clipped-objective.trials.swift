import Course
import LessonJudges
import MicroGPT
import Solutions
import Testing

extension EachExercise {
    @Test func `9-8 clipped objective`() {
        expect(
            solution: { try Judge.clippedObjective(Solutions.clippedObjective) },
            wrong: {  // clipped on both sides, whatever the advantage is
                try Judge.clippedObjective { logProb, drawn, advantage, clip in
                    let ratio = (logProb - drawn).exp()
                    let isInside = abs(ratio.data - 1) <= clip
                    let clipped = min(max(ratio.data, 1 - clip), 1 + clip)
                    return isInside ? ratio * advantage : Value(clipped * advantage)
                }
            },
            says: "clippedObjective(ratio 0.5, advantage: 2.0, clip: 0.2): expected 1, got 1.6")
    }
}
