import Course
import LessonFigures
import LessonJudges
import Foundation
import Inspection
import MicroGPT
import Solutions

extension Trial {
    static let inference: [Trial] = [
        Trial(
            "05-01-generate",
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
        ),
        Trial(
            "05-02-sample-token",
            solution: { try Judge.sampleToken(Solutions.sampleToken) },
            wrong: {  // the temperature divides the probabilities, and then their sum
                try Judge.sampleToken { logits, temperature, random in
                    try Solutions.sampleToken(logits, temperature: 1, random: random)
                }
            },
            says: "sampleToken([2.0, 1.0, 0.0], temperature: 0.5, random: 0.7): expected 0, got 1"),
        Trial(
            "05-03-name-probability",
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
            says: "nameProbability(\"ab\", gpt, temperature: 1.0): expected "),
    ]
}
