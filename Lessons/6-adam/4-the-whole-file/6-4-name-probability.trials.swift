import Course
import Inspection
import LessonJudges
import MicroGPT
import Solutions
import Testing

extension EachExercise {
    @Test func `6-4 name probability`() {
        expect(
            solution: { try Judge.nameProbability(Solutions.nameProbability) },
            wrong: {  // BOS at the end forgotten
                try Judge.nameProbability { name, gpt, temperature in
                    let tokens = try gpt.tokenizer.tokens(of: name)
                    guard tokens.count - 2 <= gpt.config.blockSize else { return 0 }
                    var cache = gpt.emptyCache
                    return (0..<tokens.count - 2).reduce(1) { product, posID in
                        let logits = gpt.forward(
                            tokenID: tokens[posID], posID: posID, cache: &cache)
                        let probs = MicroGPT.softmax(logits.map { $0 / temperature })
                        return product * probs[tokens[posID + 1]].data
                    }
                }
            },
            says: "nameProbability(\"ab\", gpt, temperature: 1.0): expected ")
    }
}
