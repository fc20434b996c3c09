import Course
import Foundation
import MicroGPT

extension Experiment {
    /// The GPT beside what counting finds.
    static let baselines = Experiment(
        "baselines", "Does the GPT predict better than counted pairs of letters?",
        record: "Lessons/6-adam/3-the-training-loop/baselines.json", measures: ["held-out loss"],
        designs: [
            Design("the GPT") { [try $0.heldOutLoss($0.trained(.lesson))] },
            Design("pairs in as many names") { [try pairLoss($0, names: $0.steps)] },
            Design("pairs in all names") { [try pairLoss($0, names: $0.names.count)] },
        ],
        steps: [500, 5_000, 20_000])

    private static func pairLoss(_ trial: Trial, names: Int) throws -> Double {
        let (gpt, documents) = try trial.model(.lesson)
        let counts = LetterCounts(
            Array(documents.prefix(names)), vocabSize: gpt.tokenizer.vocabSize)
        return LetterCounts.meanLoss(
            of: try trial.heldOut.map(gpt.tokenizer.tokens(of:)), context: gpt.config.blockSize
        ) { next, token in counts.probability(of: next, after: token) }
    }
}

/// What counting finds: how often each token comes, at all and after each other one.
private struct LetterCounts {
    var single: [Double]
    var pairs: [[Double]]

    /// From one on, so that nothing is impossible that did not occur.
    init(_ documents: [[Int]], vocabSize: Int) {
        single = Array(repeating: 1, count: vocabSize)
        pairs = Array(repeating: single, count: vocabSize)
        for tokens in documents {
            for (token, next) in zip(tokens, tokens.dropFirst()) {
                single[next] += 1
                pairs[token][next] += 1
            }
        }
    }

    func probability(of token: Int) -> Double { single[token] / single.reduce(0, +) }
    func probability(of next: Int, after token: Int) -> Double {
        pairs[token][next] / pairs[token].reduce(0, +)
    }

    /// The loss as in `GPT.loss`, of a model that only looks at the last token.
    static func meanLoss(
        of documents: [[Int]], context: Int,
        _ probability: (_ next: Int, _ token: Int) -> Double
    ) -> Double {
        let losses = documents.map { tokens in
            let n = min(context, tokens.count - 1)
            let losses = (0..<n).map { -log(probability(tokens[$0 + 1], tokens[$0])) }
            return losses.reduce(0, +) / Double(n)
        }
        return losses.reduce(0, +) / Double(losses.count)
    }
}

extension Figures {
    static let baselines: [String: Figure] = [
        "baselinesExperiment": {
            try ExperimentRecord(contentsOf: Experiment.baselines.record).lines(of: 0)
        }
    ]
}
