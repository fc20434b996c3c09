import Course
import LessonJudges
import MicroGPT
import Solutions
import Testing

extension EachExercise {
    @Test func `6-3 document loss`() {
        expect(
            solution: { try Judge.documentLoss(Solutions.documentLoss) },
            wrong: {  // the token that was just read as the target
                try Judge.documentLoss { tokens, gpt in
                    var cache = gpt.emptyCache
                    let n = min(gpt.config.blockSize, tokens.count - 1)
                    let losses = (0..<n).map { posID in
                        let logits = gpt.forward(
                            tokenID: tokens[posID], posID: posID, cache: &cache)
                        return -MicroGPT.softmax(logits)[tokens[posID]].log()
                    }
                    return sum(losses) / Double(n)
                }
            },
            says: "documentLoss([2, 0, 1, 2]): expected ")
    }
}
