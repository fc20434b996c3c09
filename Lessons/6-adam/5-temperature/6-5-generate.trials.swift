import Course
import Inspection
import LessonJudges
import MicroGPT
import Solutions
import Testing

extension EachExercise {
    @Test func `6-5 generate`() {
        expect(
            solution: { try Judge.generate(Solutions.generate) },
            wrong: {  // what was chosen is not read
                try Judge.generate { gpt, choose in
                    var cache = gpt.emptyCache
                    var text = ""
                    for posID in 0..<gpt.config.blockSize {
                        let logits = gpt.forward(
                            tokenID: gpt.tokenizer.bos, posID: posID, cache: &cache)
                        let tokenID = choose(MicroGPT.softmax(logits).map(\.data))
                        if tokenID == gpt.tokenizer.bos { break }
                        text.unicodeScalars.append(gpt.tokenizer.characters[tokenID])
                    }
                    return text
                }
            },
            says: "generate(gpt) with the choices [0, 2]: probabilities at position 1[0]: expected "
        )
    }
}
