import Beyond
import Course
import Inspection

extension Experiment {
    /// A step is a demonstration.
    static let demonstrations = Experiment(
        "demonstrations", "What is pre-training worth to an assistant?",
        record: "Lessons/9-beyond/8-an-assistant/demonstrations.json",
        measures: ["loss of held-out names as answers"] + obeyed,
        designs: [
            demonstrationDesign("pre-trained") { try $0.pretrained() },
            demonstrationDesign("from nothing") { $0.untrained() },
        ],
        steps: [100, 1000, 4000])

    private static func demonstrationDesign(
        _ name: String, _ start: @escaping @Sendable (Assistant) throws -> Learner
    ) -> Design {
        Design(name) { trial in
            let assistant = try trial.assistant { $0.demonstrations = trial.steps }
            let model = try assistant.fineTuned(start(assistant))
            let samples = try assistant.sample(model)
            return [try assistant.heldOutLoss(model)]
                + Request.Novelty.allCases.map { Assistant.Measures(samples, [$0]).obeyed }
        }
    }

    /// A step is a round: of PPO or of DPO so many updates; the best of n takes n answers in place of
    /// n rounds.
    static let alignment = Experiment(
        "alignment", "What is liked, of answers with ever higher rewards?",
        record: "Lessons/9-beyond/8-an-assistant/alignment.json", measures: alignmentMeasures,
        designs: ["fine-tuned", "best of n"] + alignmentMethods.map(\.name),
        steps: [5, 10, 20, 40, 80]
    ) { trial, lengths in
        let assistant = try trial.assistant { _ in }
        let stages = try assistant.stages()
        let fineTuned = try assistant.sample(stages.fineTuned, stages)
        let zero = Assistant.Measures(fineTuned).reward
        func values(_ samples: [Assistant.Sample]) -> [Double] {
            let seen = Assistant.Measures(samples, [.none])
            let new = Assistant.Measures(samples, [.combination, .letter, .length])
            let all = Assistant.Measures(samples)
            return [seen, new].flatMap { [$0.kl, $0.taste, $0.reward - zero] }
                + Request.Novelty.allCases.map { Assistant.Measures(samples, [$0]).obeyed }
                + [all.distinct, all.fourVowels, all.agreement]
        }
        let best = try assistant.sampleBest(of: lengths, stages)
        var results = [lengths.map { _ in values(fineTuned) }, best.map(values)]
        for method in alignmentMethods {
            var looks: [[Double]] = []
            try assistant.optimize(
                stages, method, rounds: trial.steps
            ) { round, policy, _ throws(UserError) in
                guard lengths.contains(round) else { return }
                looks.append(values(try assistant.sample(policy, stages)))
            }
            results.append(looks)
        }
        return results
    }

    /// With what a nat of divergence costs. Without a cost, DPO has no reward to learn from.
    static let alignmentMethods =
        [10, 3, 1, 0].map { Assistant.Method.ppo(PPO(klPenalty: $0)) }
        + [10, 3, 1].map { Assistant.Method.dpo(DPO(klPenalty: $0)) }

    static let alignmentMeasures =
        ["requests seen", "requests held out"].flatMap { requests in
            ["KL", "taste", "reward"].map { "\($0), \(requests)" }
        } + obeyed + ["distinct", "four vowels in a row", "agreement of reward and taste"]

    private static let obeyed = [
        "obeyed, requests seen", "obeyed, new combinations", "obeyed, new letters",
        "obeyed, new lengths",
    ]
}

extension Experiment.Trial {
    fileprivate func assistant(_ change: (inout Assistant.Plan) -> Void) throws -> Assistant {
        var plan = Assistant.Plan()
        change(&plan)
        return try Assistant(names: names, heldOut: heldOut, plan: plan, seed: seed)
    }
}
