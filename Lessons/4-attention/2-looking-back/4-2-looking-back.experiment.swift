import Course
import MicroGPT

extension Experiment {
    /// Trained without, and not only switched off in a model that has learned to rely on it.
    static let attention = Experiment(
        "attention", "What does a model lose without attention, and what without positions?",
        record: "Lessons/4-attention/2-looking-back/attention.json",
        measures: ["held-out loss", "held-out loss, attention switched off after training"],
        designs: [
            attentionDesign("full") { _ in [] },
            attentionDesign("no attention") { $0.layers.map(\.attnWo) },
            attentionDesign("no positions") { [$0.wpe] },
            attentionDesign("neither") { [$0.wpe] + $0.layers.map(\.attnWo) },
        ],
        steps: [500, 5_000, 20_000])

    private static func attentionDesign(
        _ name: String, zeros: @escaping @Sendable (GPT) -> [Matrix]
    ) -> Design {
        Design(name) { trial in
            let gpt = try trial.trained(.gist, zeros: zeros)
            let loss = try trial.heldOutLoss(gpt)
            for p in gpt.layers.flatMap(\.attnWo).joined() { p.data = 0 }
            return [loss, try trial.heldOutLoss(gpt)]
        }
    }
}
