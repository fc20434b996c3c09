import ArgumentParser
import Beyond
import Foundation
import Inspection
import MicroGPT
import PythonRandom

struct BeyondAssistant: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assistant",
        abstract: "Make an assistant of a model that has read names, in four stages.",
        discussion: """
            A model reads names; it is fine-tuned to give names with the first letter and the \
            length that are asked for; a reward model learns from preferences which of them are \
            liked; and PPO makes these likelier, with penalties for diverging from the fine-tuned \
            model. DPO does so without a reward model, and the best of some answers without \
            training. No stage sees the requests that are new.

              lab beyond assistant
              lab beyond assistant --seed 1 --kl-penalty 10 0.3
            """)

    @OptionGroup var data: NamesOptions
    private var names: String { data.names }
    private var seed: Int { data.random.seed }

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "What a nat of divergence costs, each in a PPO of its own. (default: 3 1 0)",
            valueName: "rewards"),
        transform: { text in
            guard let cost = Double(text), cost >= 0, cost < .infinity else {
                throw ValidationError("It must be 0 or a number above 0.")
            }
            return cost
        })
    var klPenalty = [3.0, 1, 0]

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Of PPO and DPO; and answers of which one is best.", valueName: "count"),
        transform: wholeNumber(1...10_000))
    var rounds = 40

    func run() throws {
        let (training, heldOut) = splitHeldOut(try Console().documents(in: names))
        let assistant = try Assistant(names: training, heldOut: heldOut, seed: UInt64(seed))
        let plan = assistant.plan
        let pretrained = try stage("pre-training: \(grouped(plan.pretrainingSteps)) names") {
            try assistant.pretrained(report: $0)
        }
        let fineTuned = try stage("fine-tuning: \(grouped(plan.demonstrations)) demonstrations") {
            try assistant.fineTuned(pretrained, report: $0)
        }
        let preferences = try assistant.preferences(fineTuned)
        let rewardModel = try stage("reward model: \(grouped(plan.preferences)) preferences") {
            try assistant.rewardModel(fineTuned, preferences, report: $0)
        }
        let stages = Assistant.Stages(
            pretrained: pretrained, fineTuned: fineTuned, preferences: preferences,
            rewardModel: rewardModel)
        var rows: [(name: String, samples: [Assistant.Sample])] = []
        func measure(_ name: String, _ model: Learner) throws {
            rows.append((name, try assistant.sample(model, stages)))
        }
        try measure("pre-trained", pretrained)
        try measure("fine-tuned", fineTuned)
        let best = try assistant.sampleBest(of: [rounds], stages)
        rows.append(("best of \(rounds)", best[0]))
        for klPenalty in klPenalty {
            var methods = [Assistant.Method.ppo(PPO(klPenalty: klPenalty))]
            // Without a cost, DPO has no reward to learn from.
            if klPenalty > 0 { methods.append(.dpo(DPO(klPenalty: klPenalty))) }
            for method in methods {
                let quantity = if case .ppo = method { "reward" } else { "loss" }
                try stage("\(method.name): \(rounds) rounds", quantity) { report in
                    try assistant.optimize(stages, method, rounds: rounds) {
                        round, policy, number throws(UserError) in
                        report(round, rounds, number)
                        if round < rounds { return }
                        rows.append((method.name, try assistant.sample(policy, stages)))
                    }
                }
            }
        }
        try printTable(rows)
    }

    /// Runs a stage under its heading, with its progress on the terminal.
    private func stage<Result>(
        _ heading: String, _ quantity: String = "loss",
        _ body: (Assistant.Report) throws -> Result
    ) throws -> Result {
        try Console().print(heading)
        var console: Console?
        defer { console?.endProgress() }
        return try body { step, total, number in
            console = console ?? Console(progress: Progress(total: total, quantity: quantity))
            console?.advance(to: step, loss: number)
        }
    }

    /// Rewards are printed less those of the second model.
    private func printTable(_ rows: [(name: String, samples: [Assistant.Sample])]) throws {
        let console = Console()
        try console.print(
            "\n                       obeyed  obeyed, new  distinct  taste  reward     KL  answers")
        let zero = Assistant.Measures(rows[1].samples).reward
        for (name, samples) in rows {
            let all = Assistant.Measures(samples)
            let seen = Assistant.Measures(samples, [.none])
            let new = Assistant.Measures(samples, [.combination, .letter, .length])
            try console.print(
                columns(
                    [
                        name, "\(places(100 * seen.obeyed, 1))%", "\(places(100 * new.obeyed, 1))%",
                        "\(places(100 * all.distinct, 1))%", places(all.taste, 3),
                        places(all.reward - zero, 2), places(all.kl, 2),
                        "  " + samples.prefix(3).map(\.answer).joined(separator: " "),
                    ], [22, -7, -13, -10, -7, -8, -7, 1]))
        }
    }
}
