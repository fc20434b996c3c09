import Beyond
import Course
import Efficiency
import MicroGPT

extension Experiment {
    /// Few names and many steps. The rate does not fall, so that a training of 100 steps is the
    /// beginning of one of 1,000: the lengths are places where one could stop.
    static let dropout = Experiment(
        "dropout", "What does dropout add to stopping early, with 50 names to train on?",
        record: "Lessons/9-beyond/4-dropout/dropout.json",
        measures: ["held-out loss", "loss of 50 more names", "loss of the 50 names"],
        designs: [
            dropoutDesign("no dropout", rate: 0),
            dropoutDesign("rate 0.1", rate: 0.1), dropoutDesign("rate 0.2", rate: 0.2),
            dropoutDesign("rate 0.5", rate: 0.5),
            dropoutDesign("0.2, blocks only", rate: 0.2, isOnEmbeddings: false),
            dropoutDesign("0.5, blocks only", rate: 0.5, isOnEmbeddings: false),
            dropoutDesign("0.5, not scaled", rate: 0.5, isScaled: false),
        ],
        steps: [50, 100, 200, 400, 1_000])

    /// Each name once, at most: nothing is learned by heart.
    static let plenty = Experiment(
        "plenty", "Does dropout help where there are names enough?",
        record: "Lessons/9-beyond/4-dropout/plenty.json", measures: ["held-out loss"],
        designs: [("no dropout", 0), ("rate 0.2", 0.2), ("rate 0.5", 0.5)].map { name, rate in
            Design(name) { trial in
                let (gpt, documents) = try trial.model(.gist)
                let dropout = Dropout(rate: rate, seed: trial.seed)
                _ = gpt.train(on: documents) { gpt.loss($0, dropout) }
                return [try trial.heldOutLoss(gpt)]
            }
        },
        steps: [1_000])

    private static func dropoutDesign(
        _ name: String, rate: Double, isOnEmbeddings: Bool = true, isScaled: Bool = true
    ) -> Design {
        Design(name) { trial in
            let (gpt, documents) = try trial.model(.gist, stretch: 100_000)
            let dropout = Dropout(rate: rate, seed: trial.seed, isScaled: isScaled)
            _ = gpt.train(on: Array(documents.prefix(50)), steps: trial.steps) {
                gpt.loss($0, dropout, isOnEmbeddings: isOnEmbeddings)
            }
            let engine = Tape(gpt)
            return [
                try trial.heldOutLoss(gpt),
                engine.lossAndGradients(Array(documents[50..<100])).loss,
                engine.lossAndGradients(Array(documents.prefix(50))).loss,
            ]
        }
    }
}
