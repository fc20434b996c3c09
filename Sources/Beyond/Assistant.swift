import Inspection
import MicroGPT
import PythonRandom

/// From pre-training to an assistant, in the stages of Ouyang et al., 2022: a model reads names, it
/// learns to give the names that are asked for, another learns which answers are liked, and the
/// first learns to give those.
public struct Assistant: Sendable {
    /// How much is done in each stage.
    public struct Plan: Sendable, Equatable {
        public var pretrainingSteps = 1000
        public var fineTuningSteps = 4000
        public var preferences = 3000
        public var heldOutPreferences = 500
        public var rounds = 40
        public var requestsPerRound = 8
        public var answersPerRequest = 4
        /// Requests that measure a model, each with so many answers.
        public var measuredRequests = 100
        public var measuredAnswers = 5

        public init() {}
    }

    /// What a model's answers are like.
    public struct Measures: Sendable, Equatable {
        /// Shares of all answers: those that do what is asked, and those that differ.
        public let obeyed, distinct: Double
        /// Means over all answers: by the rule, and by the model that has learned the rule.
        public let taste, reward: Double
        /// The divergence from the reference, in nats an answer.
        public let kl: Double
    }

    /// What a stage reports after each step: how many are done, of how many, and the step's loss or
    /// mean reward.
    public typealias Report = (_ step: Int, _ total: Int, _ number: Double) -> Void

    public let plan: Plan
    /// The requests that measure a model: those of the last names, which no stage has seen unless
    /// names are few.
    public let measuredRequests: [Request]
    private let seed: UInt64
    private let names: [String]
    private let demonstrations: [(request: Request, name: String)]
    private let tokenizer: Tokenizer

    /// - Throws: `UserError` if fewer than two names can be asked for.
    public init(names: [String], plan: Plan = Plan(), seed: UInt64 = 42) throws(UserError) {
        (self.plan, self.seed) = (plan, seed)
        var rng = PythonRandom(seed: seed)
        var names = names
        rng.shuffle(&names)
        self.names = names
        let all = names.compactMap { name in Request(answeredBy: name).map { ($0, name) } }
        guard all.count > 1 else {
            throw UserError(
                "requests are for 3 to 8 letters, and \(all.count) of the names have so many; it "
                    + "takes 2")
        }
        let measured = min(plan.measuredRequests, all.count / 2)
        demonstrations = all.dropLast(measured)
        measuredRequests = all.suffix(measured).map { request, _ in request }
        tokenizer = Tokenizer(documents: names + [Request.alphabet])
    }

    /// The config of a stage. The context has room for BOS, a request, 8 letters and BOS.
    private func config(_ learningRate: Double, steps: Int) -> Config {
        var config = Config.gist
        (config.blockSize, config.learningRate, config.numSteps) = (13, learningRate, steps)
        return config
    }

    /// Random numbers of a stage: another stage that draws more or fewer changes nothing here.
    private func rng(_ stage: UInt64) -> PythonRandom { PythonRandom(seed: seed &+ stage) }

    // MARK: - The stages

    /// Stage 1: a model that has read names, one a step.
    public func pretrained(report: Report = { _, _, _ in }) throws(UserError) -> GPT {
        var rng = rng(1)
        let gpt = GPT(config(0.01, steps: plan.pretrainingSteps), tokenizer, &rng)
        var adam = Adam(paramCount: gpt.params.count)
        for step in 0..<plan.pretrainingSteps {
            let loss = try gpt.trainStep(names[step % names.count], &adam)
            report(step + 1, plan.pretrainingSteps, loss)
        }
        return gpt
    }

    /// Stage 2: a copy that has seen requests with their answers, one a step.
    public func fineTuned(
        _ pretrained: GPT, report: Report = { _, _, _ in }
    ) throws(UserError) -> GPT {
        let gpt = pretrained.copy()
        let config = config(0.01, steps: plan.fineTuningSteps)
        var adam = Adam(paramCount: gpt.params.count)
        for step in 0..<plan.fineTuningSteps {
            let (request, name) = demonstrations[step % demonstrations.count]
            let loss = gpt.answerLoss(try gpt.tokens(request, name))
            loss.backward()
            adam.update(gpt.params, config)
            report(step + 1, plan.fineTuningSteps, loss.data)
        }
        return gpt
    }

    /// Stage 3: a model of the taste in pairs of the fine-tuned model's answers, one pair a step.
    ///
    /// - Returns: the model, and the share of other pairs where it gives the chosen answer the
    ///   higher reward.
    public func rewardModel(
        _ fineTuned: GPT, report: Report = { _, _, _ in }
    ) throws(UserError) -> (model: RewardModel, accuracy: Double) {
        var rng = rng(2)
        let model = try RewardModel(fineTuned, &rng)
        let config = config(0.005, steps: plan.preferences)
        var adam = Adam(paramCount: model.params.count)
        for step in 0..<plan.preferences {
            let (chosen, rejected) = try model.rewards(preference(fineTuned, &rng))
            let loss = preferenceLoss(chosen: chosen, rejected: rejected)
            loss.backward()
            adam.update(model.params, config)
            report(step + 1, plan.preferences, loss.data)
        }
        var right = 0
        for _ in 0..<plan.heldOutPreferences {
            let (chosen, rejected) = try model.rewards(preference(fineTuned, &rng))
            if chosen.data > rejected.data { right += 1 }
        }
        return (model, Double(right) / Double(plan.heldOutPreferences))
    }

    /// Stage 4: a copy of the fine-tuned model that has learned from rewards, a round a step.
    public func optimized(
        _ fineTuned: GPT, _ rewardModel: RewardModel, _ ppo: PPO, report: Report = { _, _, _ in }
    ) throws(UserError) -> GPT {
        var rng = rng(3)
        let policy = fineTuned.copy()
        let config = config(0.003, steps: plan.rounds * ppo.epochs)
        var adam = Adam(paramCount: policy.params.count)
        for round in 0..<plan.rounds {
            var experiences: [Experience] = []
            for _ in 0..<plan.requestsPerRound {
                experiences += try ppo.experiences(
                    request(&rng), answers: plan.answersPerRequest, of: policy,
                    reference: fineTuned, rewardModel, &rng)
            }
            ppo.learn(from: experiences, policy, &adam, config)
            let rewards = experiences.map(\.reward).reduce(0, +)
            report(round + 1, plan.rounds, rewards / Double(experiences.count))
        }
        return policy
    }

    private func request(_ rng: inout PythonRandom) -> Request {
        demonstrations[rng.randbelow(demonstrations.count)].request
    }

    /// Two answers of which one is liked better.
    private func preference(
        _ gpt: GPT, _ rng: inout PythonRandom
    ) throws(UserError) -> Preference {
        for _ in 0..<100 {
            let request = request(&rng)
            let (a, b) = (try gpt.answer(request, &rng), try gpt.answer(request, &rng))
            if let preference = Preference(request, a, b) { return preference }
        }
        throw UserError(
            "no two answers in 100 pairs differ in their share of a, e, i, o and u, so that nothing "
                + "can be preferred; use names with these letters")
    }

    // MARK: - Measuring

    /// Lets a model answer the measured requests, always with the same random numbers.
    public func measures(
        _ gpt: GPT, reference: GPT, _ rewardModel: RewardModel
    ) throws(UserError) -> Measures {
        var rng = rng(4)
        var answers: [String] = []
        var (obeyed, taste, reward, kl) = (0.0, 0.0, 0.0, 0.0)
        for request in measuredRequests {
            for _ in 0..<plan.measuredAnswers {
                let answer = try gpt.answer(request, &rng)
                let tokens = try gpt.tokens(request, answer)
                answers.append(answer)
                obeyed += request.isObeyed(by: answer) ? 1 : 0
                taste += Beyond.taste(answer)
                reward += rewardModel.reward(tokens).data
                for (p, q) in zip(gpt.answerProbs(tokens), reference.answerProbs(tokens)) {
                    kl += divergence(p.map(\.data), from: q.map(\.data))
                }
            }
        }
        let n = Double(answers.count)
        return Measures(
            obeyed: obeyed / n, distinct: Double(Set(answers).count) / n, taste: taste / n,
            reward: reward / n, kl: kl / n)
    }
}
