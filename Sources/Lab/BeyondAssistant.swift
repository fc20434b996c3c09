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
            model. It takes two minutes in a release build, and ten times as long in a debug build.

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

    func run() throws {
        let plan = Assistant.Plan()
        let assistant = try Assistant(
            names: Console().documents(in: names), plan: plan, seed: UInt64(seed))

        let pretrained = try stage("pre-training: \(plan.pretrainingSteps) names") {
            try assistant.pretrained(report: $0)
        }
        let fineTuned = try stage("fine-tuning: \(plan.fineTuningSteps) requests with answers") {
            try assistant.fineTuned(pretrained, report: $0)
        }
        let (rewardModel, accuracy) = try stage("reward model: \(plan.preferences) preferences") {
            try assistant.rewardModel(fineTuned, report: $0)
        }
        try Console().print(
            String(
                format: "reward model: right about %.1f%% of %ld other preferences",
                100 * accuracy, plan.heldOutPreferences))
        var models = [("pre-trained", pretrained), ("fine-tuned", fineTuned)]
        for klPenalty in klPenalty {
            let name = String(format: "PPO, penalty %g", klPenalty)
            let answers = plan.requestsPerRound * plan.answersPerRequest
            let policy = try stage("\(name): \(plan.rounds) rounds of \(answers) answers", "reward")
            {
                try assistant.optimized(
                    fineTuned, rewardModel, PPO(klPenalty: klPenalty), report: $0)
            }
            models.append((name, policy))
        }
        try printTable(models, assistant, fineTuned, rewardModel)
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

    /// - Parameter models: each with its name; rewards are printed less that of `fineTuned`.
    private func printTable(
        _ models: [(name: String, gpt: GPT)], _ assistant: Assistant, _ fineTuned: GPT,
        _ rewardModel: RewardModel
    ) throws {
        func measures(_ gpt: GPT) throws -> Assistant.Measures {
            try assistant.measures(gpt, reference: fineTuned, rewardModel)
        }
        let console = Console()
        let request = assistant.measuredRequests[0]
        try console.print(
            "\n                   obeyed  distinct  taste  reward     KL  answers to "
                + request.prompt)
        let zero = try measures(fineTuned).reward
        for (name, gpt) in models {
            let m = try measures(gpt)
            var rng = PythonRandom(seed: seed)
            let answers = try (0..<3).map { _ in try gpt.answer(request, &rng) }
            try console.print(
                columns(
                    [
                        name, "\(places(100 * m.obeyed, 1))%", "\(places(100 * m.distinct, 1))%",
                        places(m.taste, 3), places(m.reward - zero, 2), places(m.kl, 2),
                        "  " + answers.joined(separator: " "),
                    ], [18, -7, -10, -7, -8, -7, 1]))
        }
    }
}
