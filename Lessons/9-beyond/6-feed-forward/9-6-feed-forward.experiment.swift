import Beyond
import Course
import Inspection
import MicroGPT

extension Experiment {
    /// All from the same weights, with biases that start at 0.
    static let activation = Experiment(
        "activation", "Which activation trains best in a block with biases?",
        record: "Lessons/9-beyond/6-feed-forward/activation.json",
        measures: ["loss of 500 held-out names", "share of units off"],
        designs: Activation.allCases.map { activation in
            Design(activation.rawValue) { trial in
                let (gpt, documents) = try trial.model(.lesson)
                let model = FeedForwardGPT(gpt, activation)
                _ = gpt.train(model.params, on: documents, steps: trial.steps, loss: model.loss)
                let measured = try trial.heldOut.prefix(500).map(gpt.tokenizer.tokens(of:))
                let units = measured.map(model.units)
                return [
                    mean(measured.map { model.loss($0).data }),
                    Double(units.reduce(0) { $0 + $1.off })
                        / Double(units.reduce(0) { $0 + $1.all }),
                ]
            }
        },
        steps: [500])
}
