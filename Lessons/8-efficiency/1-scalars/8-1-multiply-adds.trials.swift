import Course
import Inspection
import LessonJudges
import Solutions
import Testing

extension EachExercise {
    @Test func `8-1 multiply adds`() {
        expect(
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
            says: "embedding 4, heads 2, layers 1, positions 2, 5 tokens: expected 448, got 472")
    }
}
