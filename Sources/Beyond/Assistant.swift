import Foundation
import MicroGPT

/// From pre-training to an assistant, in the four stages of Ouyang et al., 2022: a model reads
/// names; it learns to give the names that are asked for; another one learns from preferences which
/// names are liked; and the first learns to give those.
public struct Assistant {
    /// How much is done in each stage.
    public struct Plan: Sendable, Equatable {
        public var pretrainingSteps = 1000
        public var fineTuningSteps = 4000
        public var preferences = 3000
        public var heldOutPreferences = 500
        public var rounds = 100
        /// Answers that each measurement draws.
        public var answers = 500
        public var learningRate = 0.01
        public var fineTuningRate = 0.01
        public var rewardRate = 0.005
        public var ppoRate = 0.003
        public var klPenalty = 0.5

        public init() {}
    }

    public enum Stage: String, Sendable { case pretraining, fineTuning, rewardModel, ppo }

    /// How a model answers the requests of names that no stage has trained on.
    public struct Measures: Sendable, Equatable {
        /// Shares of all answers: obeying the request, and no two the same.
        public let obeyed, distinct: Double
        /// Means over all answers, by the rule and by the model of it.
        public let taste, reward: Double
        /// The divergence from the fine-tuned model, in nats an answer.
        public let kl: Double
    }

    public let plan: Plan
    public private(set) var rng: PythonRandom
    private let names: [String]
    private let demonstrations: [(request: Request, name: String)]
    private var next = 0
    private let config: Config
    private let tokenizer: Tokenizer
    /// Called after every step of every stage.
    public var progress: (_ stage: Stage, _ step: Int, _ of: Int, _ number: Double) -> Void = {
        _, _, _, _ in
    }

    public init(names documents: [String], plan: Plan, seed: UInt64) throws(UserError) {
        self.plan = plan
        rng = PythonRandom(seed: seed)
        var names = documents
        rng.shuffle(&names)
        self.names = names
        demonstrations = names.compactMap { name in
            Request(answeredBy: name).map { ($0, name) }
        }
        guard !demonstrations.isEmpty else { throw UserError("no name has 3 to 8 letters") }
        tokenizer = Tokenizer(documents: names + [Request.alphabet])
        var config = Config.gist
        config.blockSize = 13  // BOS, a request, 8 letters, BOS
        self.config = config
    }

    private func config(_ rate: Double, _ steps: Int) -> Config {
        var config = config
        (config.learningRate, config.numSteps) = (rate, steps)
        return config
    }

    private mutating func nextRequest() -> Request { nextDemonstration().request }

    private mutating func nextDemonstration() -> (request: Request, name: String) {
        next += 1
        return demonstrations[(next - 1) % demonstrations.count]
    }

    public mutating func pretrained() throws(UserError) -> GPT {
        let gpt = try GPT(config(plan.learningRate, plan.pretrainingSteps), tokenizer, &rng)
        var adam = Adam(paramCount: gpt.params.count)
        for step in 0..<plan.pretrainingSteps {
            let loss = try gpt.trainStep(names[step % names.count], &adam)
            progress(.pretraining, step + 1, plan.pretrainingSteps, loss)
        }
        return gpt
    }

    public mutating func fineTuned(_ pretrained: GPT) throws(UserError) -> GPT {
        let gpt = try pretrained.copy()
        var adam = Adam(paramCount: gpt.params.count)
        let config = config(plan.fineTuningRate, plan.fineTuningSteps)
        for step in 0..<plan.fineTuningSteps {
            let (request, name) = nextDemonstration()
            let loss = gpt.answerLoss(try tokenizer.encode(request.document(name)))
            loss.backward()
            adam.update(gpt.params, config)
            progress(.fineTuning, step + 1, plan.fineTuningSteps, loss.data)
        }
        return gpt
    }

    public mutating func preference(_ gpt: GPT) throws(UserError) -> Preference {
        while true {
            let request = nextRequest()
            let (a, b) = (try gpt.answer(request, &rng), try gpt.answer(request, &rng))
            if let preference = Preference(request, a, b) { return preference }
        }
    }

    public mutating func rewardModel(
        _ fineTuned: GPT
    ) throws(UserError) -> (model: RewardModel, accuracy: Double) {
        let model = try RewardModel(fineTuned, &rng)
        var adam = Adam(paramCount: model.params.count)
        let config = config(plan.rewardRate, plan.preferences)
        for step in 0..<plan.preferences {
            let (chosen, rejected) = try model.rewards(preference(fineTuned))
            let loss = preferenceLoss(chosen: chosen, rejected: rejected)
            loss.backward()
            adam.update(model.params, config)
            progress(.rewardModel, step + 1, plan.preferences, loss.data)
        }
        var right = 0
        for _ in 0..<plan.heldOutPreferences {
            let (chosen, rejected) = try model.rewards(preference(fineTuned))
            if chosen.data > rejected.data { right += 1 }
        }
        return (model, Double(right) / Double(plan.heldOutPreferences))
    }

    public mutating func optimized(
        _ fineTuned: GPT, _ rewardModel: RewardModel, klPenalty: Double
    ) throws(UserError) -> GPT {
        var ppo = PPO()
        ppo.klPenalty = klPenalty
        let policy = try fineTuned.copy()
        var adam = Adam(paramCount: policy.params.count)
        let config = config(plan.ppoRate, plan.rounds * ppo.epochs)
        for round in 0..<plan.rounds {
            var experiences: [Experience] = []
            var mean = 0.0
            for _ in 0..<ppo.requestsPerRound {
                experiences += try ppo.experiences(
                    nextRequest(), policy, reference: fineTuned,
                    reward: {
                        let r = rewardModel.reward($0).data
                        mean += r / Double(ppo.requestsPerRound * ppo.answersPerRequest)
                        return r
                    }, &rng)
            }
            for _ in 0..<ppo.epochs {
                for experience in experiences {
                    let loss = ppo.loss(policy, experience) * (1 / Double(experiences.count))
                    loss.backward()
                }
                adam.update(policy.params, config)
            }
            progress(.ppo, round + 1, plan.rounds, mean)
        }
        return policy
    }

    public func measure(
        _ gpt: GPT, reference: GPT, _ rewardModel: RewardModel
    ) throws(UserError) -> Measures {
        var rng = PythonRandom(seed: 1)
        var (obeyed, tasteSum, reward, kl) = (0, 0.0, 0.0, 0.0)
        var answers: Set<String> = []
        for demonstration in demonstrations.suffix(plan.answers) {
            let request = demonstration.request
            let answer = try gpt.answer(request, &rng)
            let tokens = try tokenizer.encode(request.document(answer))
            if request.isObeyed(by: answer) { obeyed += 1 }
            answers.insert(answer)
            tasteSum += taste(answer)
            reward += rewardModel.reward(tokens).data
            for (p, q) in zip(gpt.distributions(tokens), reference.distributions(tokens)) {
                kl += zip(p, q).map { p, q in
                    p.data > 0 ? p.data * Foundation.log(p.data / q.data) : 0
                }.reduce(0, +)
            }
        }
        let n = Double(min(plan.answers, demonstrations.count))
        return Measures(
            obeyed: Double(obeyed) / n, distinct: Double(answers.count) / n, taste: tasteSum / n,
            reward: reward / n, kl: kl / n)
    }
}
