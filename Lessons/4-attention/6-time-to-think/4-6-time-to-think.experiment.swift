import Course
import MicroGPT

extension Experiment {
    /// Trained without the MLP: its second matrix held at zero, so that nothing comes of it.
    static let mlp = Experiment(
        "mlp", "What does a model lose without its MLP?",
        record: "Lessons/4-attention/6-time-to-think/mlp.json", measures: ["held-out loss"],
        designs: [
            Design("full") { try [$0.heldOutLoss($0.trained(.gist))] },
            Design("no MLP") { trial in
                try [
                    trial.heldOutLoss(trial.trained(.gist) { $0.layers.map(\.mlpFc2) })
                ]
            },
        ],
        steps: [500, 5_000, 20_000])
}
