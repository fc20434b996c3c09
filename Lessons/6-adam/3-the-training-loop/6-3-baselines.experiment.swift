import Course
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
        let counts = Figures.LetterCounts(
            Array(documents.prefix(names)), vocabSize: gpt.tokenizer.vocabSize)
        return Figures.LetterCounts.meanLoss(
            of: try trial.heldOut.map(gpt.tokenizer.tokens(of:)), context: gpt.config.blockSize
        ) { next, token in counts.probability(of: next, after: token) }
    }
}
