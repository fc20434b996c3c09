import Course
import Efficiency
import Inspection
import MicroGPT

extension Experiment {
    /// The same model, names and falling rate; plain steps with several first rates, since one alone
    /// would prove nothing.
    static let optimizer = Experiment(
        "optimizer", "What does Adam do that plain steps do not?",
        record: "Lessons/6-adam/1-adam/optimizer.json", measures: ["held-out loss"],
        designs: [Design("Adam") { [try $0.heldOutLoss($0.trained(.gist))] }]
            + [0.01, 0.03, 0.1, 0.3].map { rate in
                Design("plain steps, rate \(rate)") { [try plainSteps($0, rate: rate)] }
            },
        steps: [1_000])

    private static func plainSteps(_ trial: Trial, rate: Double) throws -> Double {
        let (gpt, documents) = try trial.model(.gist)
        var engine = try Rung.tape.engine(gpt)
        for step in 0..<trial.steps {
            let document = documents[step % documents.count]
            let (loss, gradients) = engine.lossAndGradients([document])
            guard loss.isFinite else {
                throw UserError("seed \(trial.seed), step \(step + 1): \(loss)")
            }
            let now = rate * (1 - Double(step) / Double(trial.steps))
            engine.params = zip(engine.params, gradients).map { $0 - now * $1 }
        }
        for (p, x) in zip(gpt.params, engine.params) { p.data = x }
        return try trial.heldOutLoss(gpt)
    }
}
