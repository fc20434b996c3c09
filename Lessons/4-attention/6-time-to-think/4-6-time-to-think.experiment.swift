import Course
import MicroGPT

extension Experiment {
    /// Trained without the MLP: its second matrix held at zero, so that nothing comes of it. Once beside attention,
    /// and once where letter and place are all there is to think about.
    static let mlp = Experiment(
        "mlp", "What does a model lose without its MLP?",
        record: "Lessons/4-attention/6-time-to-think/mlp.json", measures: ["held-out loss"],
        designs: [
            design("full") { _ in [] },
            design("no MLP") { $0.layers.map(\.mlpFc2) },
            design("no attention") { $0.layers.map(\.attnWo) },
            design("neither") { $0.layers.flatMap { [$0.attnWo, $0.mlpFc2] } },
        ],
        steps: [500, 5_000, 20_000])

    private static func design(
        _ name: String, zeros: @escaping @Sendable (GPT) -> [Matrix]
    ) -> Design {
        Design(name) { try [$0.heldOutLoss($0.trained(.gist, zeros: zeros))] }
    }
}
