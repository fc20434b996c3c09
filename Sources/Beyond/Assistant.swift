import Foundation
import Inspection
import MicroGPT
import PythonRandom

/// From pre-training to an assistant, in the stages of Ouyang et al., 2022: a model reads names, it
/// learns to give the names that are asked for, another learns which answers are liked, and the
/// first learns to give those.
///
/// No stage sees the names that are held out, nor a request with any `novelty`.
public struct Assistant: Sendable {
    /// How much is done in each stage.
    public struct Plan: Sendable, Equatable {
        public var pretrainingSteps = 20_000
        public var demonstrations = 4000
        public var preferences = 3000
        /// What the updates of a round are made from, in PPO and in DPO.
        public var requestsPerRound = 8
        public var answersPerRequest = 4
        public var preferencesPerUpdate = 10
        /// Requests that measure a model, of those that stages see and of each novelty, each with so
        /// many answers.
        public var measuredRequests = 60
        public var measuredNovelties = 20
        public var measuredAnswers = 5

        public init() {}
    }

    /// The models before rewards, and what they have learned to like.
    public struct Stages {
        public let pretrained, fineTuned: Learner
        public let preferences: [Preference]
        public let rewardModel: RewardModel<Learner>

        public init(
            pretrained: Learner, fineTuned: Learner, preferences: [Preference],
            rewardModel: RewardModel<Learner>
        ) {
            (self.pretrained, self.fineTuned) = (pretrained, fineTuned)
            (self.preferences, self.rewardModel) = (preferences, rewardModel)
        }
    }

    /// An answer that measures a model.
    public struct Sample: Sendable {
        let request: Request
        public let answer: String
        /// By the model of the rule, and the divergence from the fine-tuned model.
        fileprivate(set) var reward: Double, kl: Double

        public init(request: Request, answer: String, reward: Double = .nan, kl: Double = .nan) {
            (self.request, self.answer, self.reward, self.kl) = (request, answer, reward, kl)
        }
    }

    /// What a model's answers are like.
    public struct Measures: Sendable {
        /// Shares of all answers: those that do what is asked, those that differ, and those with four
        /// vowels in a row.
        public let obeyed, distinct, fourVowels: Double
        /// Means over all answers: by the rule, by the model that has learned the rule, and the
        /// divergence from the fine-tuned model, in nats.
        public let taste, reward, kl: Double
        /// Of pairs of answers to the same request of which the rule likes one better, the share where
        /// the model of the rule does, too.
        public let agreement: Double

        /// - Parameter samples: answers to the same request one after another.
        public init(_ samples: [Sample]) {
            func mean(_ number: (Sample) -> Double) -> Double {
                Inspection.mean(samples.map(number))
            }
            obeyed = mean { $0.request.isObeyed(by: $0.answer) ? 1 : 0 }
            distinct = Double(Set(samples.map(\.answer)).count) / Double(samples.count)
            fourVowels = mean { hasFourVowels($0.answer) ? 1 : 0 }
            (taste, reward, kl) = (mean { Beyond.taste($0.answer) }, mean(\.reward), mean(\.kl))
            let pairs = zip(samples, samples.dropFirst()).filter { a, b in
                a.request == b.request && Beyond.taste(a.answer) != Beyond.taste(b.answer)
            }
            agreement = Inspection.mean(
                pairs.map { a, b in
                    let isLikedBetter = Beyond.taste(a.answer) > Beyond.taste(b.answer)
                    return (a.reward > b.reward) == isLikedBetter ? 1 : 0
                })
        }

        /// Of the answers to requests of such novelties alone.
        public init(_ samples: [Sample], _ novelties: [Request.Novelty]) {
            self.init(samples.filter { novelties.contains($0.request.novelty) })
        }
    }

    /// How the last stage learns what is liked.
    public enum Method: Sendable {
        case ppo(PPO), dpo(DPO)

        /// As "PPO with penalty 0.3".
        public var name: String {
            switch self {
            case .ppo(let ppo): String(format: "PPO with penalty %g", ppo.klPenalty)
            case .dpo(let dpo): String(format: "DPO with penalty %g", dpo.klPenalty)
            }
        }
    }

    /// What a stage reports after each step: how many are done, of how many, and the step's loss or
    /// mean reward.
    public typealias Report = (_ step: Int, _ total: Int, _ number: Double) -> Void

    public let plan: Plan
    /// The requests that measure a model: those of held-out names.
    public let measuredRequests: [Request]
    private let seed: UInt64
    private let names, heldOut: [String]
    private let demonstrations: [(request: Request, name: String)]
    private let tokenizer: Tokenizer

    /// - Parameters:
    ///   - names: what stages may train on.
    ///   - heldOut: what none trains on, and whose requests measure the models.
    /// - Throws: `UserError` if there is nothing to demonstrate, or nothing to measure with.
    public init(
        names: [String], heldOut: [String], plan: Plan = Plan(), seed: UInt64 = 42
    ) throws(UserError) {
        (self.plan, self.seed) = (plan, seed)
        var rng = PythonRandom(seed: seed &* 10)
        var (names, heldOut) = (names, heldOut)
        rng.shuffle(&names)
        rng.shuffle(&heldOut)
        (self.names, self.heldOut) = (names, heldOut)
        demonstrations = names.compactMap { name in
            Request(answeredBy: name).flatMap { $0.novelty == .none ? ($0, name) : nil }
        }
        let requests = heldOut.compactMap(Request.init)
        measuredRequests = Request.Novelty.allCases.flatMap { novelty in
            requests.filter { $0.novelty == novelty }
                .prefix(novelty == .none ? plan.measuredRequests : plan.measuredNovelties)
        }
        guard !demonstrations.isEmpty, !measuredRequests.isEmpty else {
            throw UserError(
                "requests are for 3 to 8 letters: \(demonstrations.count) of \(names.count) names "
                    + "can be demonstrated, and \(requests.count) of \(heldOut.count) that are "
                    + "held out can be asked for; it takes 1 of each")
        }
        tokenizer = Tokenizer(documents: [alphabet(of: names + heldOut + [Request.alphabet])])
    }

    /// Random numbers of a stage: another stage that draws more or fewer changes nothing here.
    private func rng(_ stage: UInt64) -> PythonRandom { PythonRandom(seed: seed &* 10 &+ stage) }

    // MARK: - The stages

    /// Before stage 1: random numbers. The context has room for BOS, a request, 8 letters and BOS.
    public func untrained() -> Learner {
        var (config, rng) = (Config.gist, rng(1))
        config.blockSize = 13
        return Learner(GPT(config, tokenizer, &rng))
    }

    /// Stage 1: a model that has read names, one a step.
    public func pretrained(report: Report = { _, _, _ in }) throws(UserError) -> Learner {
        let steps = plan.pretrainingSteps
        let model = untrained().copy(learningRate: 0.01, steps: steps)
        for step in 0..<steps {
            report(step + 1, steps, try model.learn(names[step % names.count]))
        }
        return model
    }

    /// Stage 2: a copy that has seen requests with their answers, one a step.
    public func fineTuned(
        _ pretrained: Learner, report: Report = { _, _, _ in }
    ) throws(UserError) -> Learner {
        let steps = plan.demonstrations
        let model = pretrained.copy(learningRate: 0.01, steps: steps)
        for step in 0..<steps {
            let (request, name) = demonstrations[step % demonstrations.count]
            let tokens = try model.tokens(request, name)
            let loss = try model.backward { () throws(UserError) in model.answerLoss(tokens) }
            model.update()
            report(step + 1, steps, loss)
        }
        return model
    }

    /// What is liked among pairs of the fine-tuned model's answers.
    public func preferences(_ fineTuned: Learner) throws(UserError) -> [Preference] {
        var rng = rng(2)
        var preferences: [Preference] = []
        var drawn = 0
        while preferences.count < plan.preferences {
            guard drawn < 100 * (preferences.count + 1) else {
                throw UserError(
                    "of \(drawn) pairs of answers \(preferences.count) differ in their share of a, "
                        + "e, i, o and u, so that hardly anything can be preferred; use names with "
                        + "these letters")
            }
            let request = request(&rng)
            let (a, b) = (try fineTuned.answer(request, &rng), try fineTuned.answer(request, &rng))
            if let preference = Preference(request, a, b) { preferences.append(preference) }
            drawn += 1
        }
        return preferences
    }

    /// Stage 3: a model of the taste, one preference a step.
    public func rewardModel(
        _ fineTuned: Learner, _ preferences: [Preference], report: Report = { _, _, _ in }
    ) throws(UserError) -> RewardModel<Learner> {
        let model = fineTuned.copy(learningRate: 0.005, steps: preferences.count)
        let rewardModel = RewardModel(model)
        for (step, preference) in preferences.enumerated() {
            let loss = try model.backward { () throws(UserError) in
                try rewardModel.loss(preference)
            }
            model.update()
            report(step + 1, preferences.count, loss)
        }
        return rewardModel
    }

    /// Is shown a model after a round, with the round's mean reward or loss.
    public typealias Look =
        (_ round: Int, _ policy: Learner, _ number: Double) throws(UserError) -> Void

    /// Stages 1 to 3.
    public func stages() throws(UserError) -> Stages {
        let pretrained = try pretrained()
        let fineTuned = try fineTuned(pretrained)
        let preferences = try preferences(fineTuned)
        return Stages(
            pretrained: pretrained, fineTuned: fineTuned, preferences: preferences,
            rewardModel: try rewardModel(fineTuned, preferences))
    }

    /// Stage 4: a copy of the fine-tuned model that learns what is liked, round after round; of a
    /// longer training, a shorter one is the beginning.
    public func optimize(
        _ stages: Stages, _ method: Method, rounds: Int, look: Look
    ) throws(UserError) {
        var rng = rng(3)
        // Its rate does not depend on when it ends.
        let policy = stages.fineTuned.copy(learningRate: 0.003, steps: 1_000_000_000)
        for round in 1...rounds {
            let number =
                switch method {
                case .ppo(let ppo): try self.round(ppo, policy, stages, &rng)
                case .dpo(let dpo): try self.round(dpo, policy, stages, after: round - 1)
                }
            try look(round, policy, number)
        }
    }

    /// - Returns: the mean reward.
    private func round(
        _ ppo: PPO, _ policy: Learner, _ stages: Stages, _ rng: inout PythonRandom
    ) throws(UserError) -> Double {
        var experiences: [Experience] = []
        for _ in 0..<plan.requestsPerRound {
            experiences += try ppo.experiences(
                request(&rng), answers: plan.answersPerRequest, of: policy,
                reference: stages.fineTuned, stages.rewardModel, &rng)
        }
        try ppo.learn(from: experiences, policy)
        return mean(experiences.map(\.reward))
    }

    /// - Returns: the mean loss.
    private func round(
        _ dpo: DPO, _ policy: Learner, _ stages: Stages, after rounds: Int
    ) throws(UserError) -> Double {
        let count = plan.preferencesPerUpdate
        var losses: [Double] = []
        for update in rounds * dpo.updates..<(rounds + 1) * dpo.updates {
            for i in update * count..<(update + 1) * count {
                let preference = stages.preferences[i % stages.preferences.count]
                losses.append(
                    try policy.backward(share: 1 / Double(count)) { () throws(UserError) in
                        try dpo.loss(policy, reference: stages.fineTuned, preference)
                    })
            }
            policy.update()
        }
        return mean(losses)
    }

    /// All that stages see.
    package var demonstratedRequests: [Request] { demonstrations.map(\.request) }

    private func request(_ rng: inout PythonRandom) -> Request {
        demonstrations[rng.randbelow(demonstrations.count)].request
    }

    // MARK: - Measuring

    /// Lets a model answer the measured requests, always with the same random numbers.
    public func sample(_ model: Learner) throws(UserError) -> [Sample] {
        var rng = rng(4)
        var samples: [Sample] = []
        for request in measuredRequests {
            for _ in 0..<plan.measuredAnswers {
                samples.append(Sample(request: request, answer: try model.answer(request, &rng)))
            }
        }
        return samples
    }

    /// The same with rewards, and with the divergence from the fine-tuned model.
    public func sample(_ model: Learner, _ stages: Stages) throws(UserError) -> [Sample] {
        var samples = try sample(model)
        for i in samples.indices {
            let tokens = try model.tokens(samples[i].request, samples[i].answer)
            samples[i].reward = stages.rewardModel.reward(tokens).data
            samples[i].kl = 0
            let logProbs = (model.answerLogProbs(tokens), stages.fineTuned.answerLogProbs(tokens))
            for (p, q) in zip(logProbs.0, logProbs.1) {
                samples[i].kl += divergence(p.map(exp), from: q.map(exp))
            }
        }
        return samples
    }

    /// Best of n: of so many answers of the fine-tuned model the one with the highest reward, for
    /// each of some numbers.
    public func sampleBest(
        of counts: [Int], _ stages: Stages
    ) throws(UserError) -> [[Sample]] {
        var samples = counts.map { _ in [Sample]() }
        for (i, request) in measuredRequests.enumerated() {
            for j in 0..<plan.measuredAnswers {
                // Its own random numbers, so that a larger n elsewhere changes nothing here.
                let place = UInt64(i * plan.measuredAnswers + j)
                var rng = PythonRandom(seed: seed &* 1_000_000 &+ place)
                var answers: [(answer: String, reward: Double)] = []
                for _ in 0..<(counts.max() ?? 0) {
                    let answer = try stages.fineTuned.answer(request, &rng)
                    let tokens = try stages.fineTuned.tokens(request, answer)
                    answers.append((answer, stages.rewardModel.reward(tokens).data))
                }
                for (i, count) in counts.enumerated() {
                    guard let best = answers.prefix(count).max(by: { $0.reward < $1.reward })
                    else { continue }
                    samples[i].append(
                        Sample(
                            request: request, answer: best.answer, reward: best.reward,
                            kl: bestOfDivergence(count)))
                }
            }
        }
        return samples
    }

    /// How badly a model predicts held-out names as answers, where no request is new.
    public func heldOutLoss(_ model: Learner) throws(UserError) -> Double {
        var losses: [Double] = []
        for name in heldOut {
            guard let request = Request(answeredBy: name), request.novelty == .none else {
                continue
            }
            losses.append(model.answerLoss(try model.tokens(request, name)).data)
        }
        return mean(losses)
    }
}

/// The divergence of the best of n answers from what draws them, if no two have the same reward: the
/// best of n has n u^(n-1) times the probability of an answer that is better than a share u of all.
public func bestOfDivergence(_ n: Int) -> Double { log(Double(n)) - Double(n - 1) / Double(n) }
