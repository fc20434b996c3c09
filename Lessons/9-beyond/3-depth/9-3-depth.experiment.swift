import Beyond
import Course
import MicroGPT

extension Experiment {
    static let depth = Experiment(
        "depth", "Which designs train with twelve layers, and where do they start?",
        record: "Lessons/9-beyond/3-depth/depth.json",
        measures: ["loss of 500 held-out names", "the same before training"],
        designs: DeepGPT.designs.map { name, wiring, output in
            Design(name) { trial in
                let (gpt, documents) = try trial.model(DeepGPT.config.starting(output))
                let model = DeepGPT(gpt, wiring)
                let measured = Array(trial.heldOut.prefix(500))
                let before = try model.meanLoss(on: measured)
                _ = gpt.train(on: documents, steps: trial.steps, loss: model.loss)
                return [try model.meanLoss(on: measured), before]
            }
        },
        steps: [200])
}
