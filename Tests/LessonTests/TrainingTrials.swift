import Course
import LessonFigures
import LessonJudges
import Foundation
import MicroGPT
import Solutions

extension Trial {
    static let training: [Trial] = [
        Trial(
            "04-01-pair-loss",
            solution: { try Judge.pairLoss(Solutions.pairLoss) },
            wrong: {  // the sum, not the mean
                try Judge.pairLoss { document, documents, vocabSize in
                    try Solutions.pairLoss(
                        document, countedIn: documents, vocabSize: vocabSize)
                        * Double(document.count - 1)
                }
            },
            says:
                "pairLoss([2, 0, 1, 2], countedIn: [[2, 0, 1, 2], [2, 0, 0, 1, 2]], vocabSize: 3): "
                + "expected 0.571599"),
        Trial(
            "04-02-document-loss",
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
            says: "documentLoss([2, 0, 1, 2]): expected "),
        Trial(
            "04-03-logit-gradients",
            solution: { try Judge.logitGradients(Solutions.logitGradients) },
            wrong: {  // the average forgotten
                try Judge.logitGradients { logits, targets in
                    try Solutions.logitGradients(logits, targets: targets).map { row in
                        row.map { $0 * Double(targets.count) }
                    }
                }
            },
            says: "logitGradients([[0.0, 0.0, 0.0, 0.0], [1.0, -1.0, 2.0, 0.5]], targets: [3, 1])"
                + "[0][0]: expected 0.125, got 0.25"),
    ]
}
