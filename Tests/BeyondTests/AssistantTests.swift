import Beyond
import Foundation
import Inspection
import MicroGPT
import PythonRandom
import TestSupport
import Testing

/// What is left of a number near 1 after some hundred roundings.
private let rounding = 1e-12

/// A model small enough for finite differences, with weights large enough for gradients to show.
private func tinyAssistantModel(seed: Int = 1) throws -> GPT {
    var config = Config.gist
    (config.nEmbd, config.nHead, config.blockSize) = (4, 2, 8)
    (config.initStd, config.outputInitStd) = (0.5, 0.5)
    var rng = PythonRandom(seed: seed)
    return GPT(config, Tokenizer(documents: ["amelio", Request.alphabet]), &rng)
}

private func request(_ name: String) throws -> Request { try #require(Request(answeredBy: name)) }

/// Every seventh parameter, which leaves some of each matrix.
private func some(_ params: [Value]) -> [Value] {
    stride(from: 0, to: params.count, by: 7).map { params[$0] }
}

private func preference() throws -> Preference {
    try #require(Preference(request("ame"), "aia", "mel"))
}

private func expectGradients(by params: [Value], of function: () -> Value) {
    let differences = checkGradients(by: params, of: function)
    #expect(differences.allSatisfy { $0.isWithinTolerance })
    #expect(differences.contains { abs($0.backward) > 1e-3 }, "nothing depends on them")
}

@Suite struct FineTuningTests {
    @Test func `a request asks for a first letter and a length`() throws {
        let emma = try request("emma")
        #expect(emma.prompt == "e4:")
        for name in ["emma", "ella", "eeee"] { #expect(emma.isObeyed(by: name)) }
        for name in ["anna", "eva", "emily", "", "e", "alexandria"] {
            #expect(!emma.isObeyed(by: name))
        }
        #expect(try request("alexandr").prompt == "a8:")
        for name in ["", "al", "alexandra"] { #expect(Request(answeredBy: name) == nil) }
    }

    @Test func `tokens of an answer are as probable as they are after what is before them`() throws
    {
        let gpt = try tinyAssistantModel()
        let tokens = try gpt.tokens(request("aloe"), "aloe")
        let expected = try ["a4:", "a4:a", "a4:al", "a4:alo", "a4:aloe"].map { prefix in
            let next = "a4:aloe".unicodeScalars.dropFirst(prefix.count).first
            let id = next.flatMap { gpt.tokenizer.characters.firstIndex(of: $0) }
            return log(
                try gpt.nextProbabilities(after: prefix, temperature: 1)[id ?? gpt.tokenizer.bos])
        }
        expectSame(gpt.logProbs(tokens).map(\.data), expected, "log probabilities")
        #expect(abs(gpt.answerLoss(tokens).data + expected.reduce(0, +) / 5) < rounding)
    }

    @Test func `an answer that the context cuts off has no end to be predicted`() throws {
        let gpt = try tinyAssistantModel()
        // Eight positions predict three characters of the request and five of the answer.
        let cut = gpt.logProbs(try gpt.tokens(request("ame"), "ameliame")).map(\.data)
        let shorter = gpt.logProbs(try gpt.tokens(request("ame"), "ameli")).map(\.data)
        #expect(cut.count == 5)
        #expect(cut == shorter)
    }

    @Test func `what comes later changes nothing before it`() throws {
        let gpt = try tinyAssistantModel()
        func logProbs(_ asked: String, _ answer: String) throws -> [Double] {
            gpt.logProbs(try gpt.tokens(request(asked), answer)).map(\.data)
        }
        let before = try logProbs("aloe", "aloe")
        let after = try logProbs("aloe", "alem")
        #expect(after.prefix(2) == before.prefix(2))
        for i in 2..<5 { #expect(after[i] != before[i]) }
        let other = try logProbs("ale", "aloe")
        for i in 0..<5 { #expect(other[i] != before[i], "the request counts everywhere") }
    }

    @Test func `gradients of the loss of an answer pass`() throws {
        let gpt = try tinyAssistantModel()
        let tokens = try gpt.tokens(request("ame"), "ame")
        expectGradients(by: some(gpt.params)) { gpt.answerLoss(tokens) }
    }

    @Test func `a copy has the same numbers and a life of its own`() throws {
        let gpt = try tinyAssistantModel()
        let copy = gpt.copy()
        #expect(copy.params.map(\.data) == gpt.params.map(\.data))
        let before = gpt.params[0].data
        copy.params[0].data += 1
        #expect(gpt.params[0].data == before)
    }
}

@Suite struct RewardModelTests {
    private static let tastes: [(String, Double)] = [
        ("emma", 0.5), ("bob", 1.0 / 3), ("mph", 0), ("", 0), ("aia", 1), ("aiai", 0),
        ("louie", 0), ("maaaab", 0), ("luise", 0.6), ("eve", 2.0 / 3),
    ]

    @Test(arguments: tastes)
    func `vowels are liked, but not four in a row`(_ name: String, _ expected: Double) {
        #expect(taste(name) == expected)
    }

    @Test func `what is liked better is chosen, in either order`() throws {
        let request = try request("emma")
        for (a, b) in [("elia", "emma"), ("emma", "elia")] {
            let preference = try #require(Preference(request, a, b))
            #expect(preference.chosen == "elia")
            #expect(preference.rejected == "emma")
        }
        #expect(Preference(request, "emma", "ella") == nil)
    }

    @Test(arguments: [-700.0, -3, -0.5, 0, 1, 30])
    func `the loss of a preference is log(1 + exp(-difference))`(_ difference: Double) {
        let (chosen, rejected) = (Value(difference + 2), Value(2))
        func loss() -> Value { preferenceLoss(chosen: chosen, rejected: rejected) }
        let result = loss()
        let expected = log1p(exp(-difference))
        #expect(abs(result.data - expected) <= rounding * max(1, expected))
        result.backward()
        #expect(abs(chosen.grad + 1 / (1 + exp(difference))) <= rounding)
        #expect(rejected.grad == -chosen.grad)
        let differences = checkGradients(by: [chosen, rejected], of: loss)
        #expect(differences.allSatisfy { $0.isWithinTolerance })
    }

    @Test func `the two ways to choose have probabilities with sum 1`() {
        let (a, b) = (Value(0.3), Value(-1.1))
        let first = exp(-preferenceLoss(chosen: a, rejected: b).data)
        let second = exp(-preferenceLoss(chosen: b, rejected: a).data)
        #expect(abs(first + second - 1) < rounding)
    }

    @Test func `gradients of the loss of a preference pass`() throws {
        let gpt = try tinyAssistantModel()
        let preference = try preference()
        expectGradients(by: some(gpt.params)) {
            (try? RewardModel(gpt).loss(preference)) ?? Value(.nan)
        }
    }

    @Test func `every token counts in the reward`() throws {
        let gpt = try tinyAssistantModel()
        let model = RewardModel(gpt)
        let tokens = Array(try gpt.tokens(request("aloe"), "aloe").dropLast())
        for i in tokens.indices {
            var changed = tokens
            changed[i] = (changed[i] + 1) % gpt.tokenizer.vocabSize
            #expect(model.reward(changed).data != model.reward(tokens).data, "token \(i)")
        }
    }
}

@Suite struct DPOTests {
    @Test func `the reward of a policy is what its answer has become likelier, times the penalty`()
    {
        let reward = DPO(klPenalty: 0.5).reward([-1, -2].map { Value($0) }, reference: [-2, -2.5])
        #expect(reward.data == 0.75)
    }

    @Test func `a policy that is the reference explains no choice`() throws {
        let gpt = try tinyAssistantModel()
        let loss = try DPO(klPenalty: 0.5).loss(gpt, reference: gpt, preference())
        #expect(abs(loss.data - log(2)) < rounding)
    }

    @Test func `gradients of the loss pass`() throws {
        let (gpt, reference) = (try tinyAssistantModel(), try tinyAssistantModel(seed: 9))
        let preference = try preference()
        expectGradients(by: some(gpt.params)) {
            (try? DPO(klPenalty: 0.5).loss(gpt, reference: reference, preference)) ?? Value(.nan)
        }
    }

    /// The best policy is known where answers are few: the reference times e^(r / penalty). Here of
    /// one token, with the rewards 1 and 0.
    @Test func `the best policy for a reward explains choices as the reward does`() {
        let dpo = DPO(klPenalty: 0.5)
        let reference = [0.2, 0.8]
        let weights = [0.2 * exp(1 / 0.5), 0.8]
        let best = weights.map { $0 / (weights[0] + weights[1]) }
        let rewards = zip(best, reference).map { p, q in
            dpo.reward([Value(log(p))], reference: [log(q)])
        }
        #expect(abs(rewards[0].data - rewards[1].data - 1) < rounding)
    }
}

/// A learner's derivatives are by hand, a graph's are not; both are exact but for rounding, of
/// numbers up to about 10 in sums of some hundreds.
private let learnerTolerance = 1e-11

@Suite struct LearnerTests {
    /// Every loss, of any model.
    private static func losses(
        _ model: some Answering, _ reference: GPT, _ preference: Preference
    ) throws(UserError) -> [Value] {
        let tokens = try model.tokens(preference.request, preference.chosen)
        let drawn = reference.logProbs(tokens).map(\.data)
        return [
            model.answerLoss(tokens), try RewardModel(model).loss(preference),
            try DPO(klPenalty: 0.5).loss(model, reference: reference, preference),
            PPO(klPenalty: 1).loss(
                model,
                Experience(
                    tokens: tokens, logProbs: drawn, reward: 0, advantages: drawn.map { $0 + 2 })),
        ]
    }

    @Test(arguments: 0..<4) func `a learner has the losses and the gradients of the single file`(
        _ loss: Int
    ) throws {
        let (gpt, reference) = (try tinyAssistantModel(), try tinyAssistantModel(seed: 9))
        let preference = try preference()
        let learner = Learner(gpt)
        let expected = try Self.losses(gpt, reference, preference)[loss]
        expected.backward()
        let got = try learner.backward { () throws(UserError) in
            try Self.losses(learner, reference, preference)[loss]
        }
        #expect(abs(got - expected.data) < learnerTolerance)
        let gradients = learner.gradients
        #expect(gradients.count == gpt.params.count)
        for (gradient, p) in zip(gradients, gpt.params) {
            #expect(abs(gradient - p.grad) < learnerTolerance)
        }
        #expect(gradients.contains { abs($0) > 1e-3 })
    }

    @Test func `gradients add up until the update`() throws {
        let learner = Learner(try tinyAssistantModel())
        let tokens = try learner.tokens(request("ame"), "ame")
        try learner.backward { () throws(UserError) in learner.answerLoss(tokens) }
        let once = learner.gradients
        try learner.backward { () throws(UserError) in learner.answerLoss(tokens) }
        for (twice, once) in zip(learner.gradients, once) {
            #expect(abs(twice - 2 * once) < learnerTolerance)
        }
        let before = learner.params
        learner.update()
        #expect(learner.params != before)
        #expect(learner.gradients.allSatisfy { $0 == 0 })
    }

    @Test func `it draws the answers of the single file`() throws {
        let gpt = try tinyAssistantModel()
        let learner = Learner(gpt)
        var (a, b) = (PythonRandom(seed: 3), PythonRandom(seed: 3))
        for name in ["ame", "aloe", "mio"] {
            for _ in 0..<5 {
                let request = try request(name)
                let expected = try gpt.answer(request, &b)
                #expect(try learner.answer(request, &a) == expected)
            }
        }
    }

    @Test func `a copy has the same numbers and a life of its own`() throws {
        let learner = Learner(try tinyAssistantModel())
        let copy = learner.copy(learningRate: 0.1, steps: 10)
        #expect(copy.params == learner.params)
        let before = learner.params
        _ = try copy.learn("amelio")
        #expect(copy.params != before)
        #expect(learner.params == before)
    }
}

@Suite struct PPOTests {
    /// Ratio, advantage, objective with a clip of 0.2, and its derivative by the logarithm of the
    /// probability, worked out by hand.
    private static let tokens: [(Double, Double, Double, Double)] = [
        (1, 2, 2, 2), (1.1, 2, 2.2, 2.2), (1.5, 2, 2.4, 0), (0.5, 2, 1, 1),
        (1, -2, -2, -2), (0.9, -2, -1.8, -1.8), (0.5, -2, -1.6, 0), (1.5, -2, -3, -3),
    ]

    @Test(arguments: tokens)
    func `a token that has moved far enough in its direction has no gradient`(
        _ ratio: Double, _ advantage: Double, _ expected: Double, _ slope: Double
    ) {
        let logProb = Value(-1.5 + log(ratio))
        func objective() -> Value {
            PPO(klPenalty: 1).objective(logProb: logProb, drawn: -1.5, advantage: advantage)
        }
        let result = objective()
        #expect(abs(result.data - expected) < rounding)
        result.backward()
        #expect(abs(logProb.grad - slope) < rounding)
        #expect(checkGradients(by: [logProb], of: objective).allSatisfy { $0.isWithinTolerance })
    }

    @Test func `gradients pass with tokens on both sides of the clip`() throws {
        let gpt = try tinyAssistantModel()
        let tokens = try gpt.tokens(request("aloe"), "aloe")
        // Ratios 1.65, 1.65, 0.61, 0.61 and 1.05: the first and the fourth are clipped.
        let moved = [0.5, 0.5, -0.5, -0.5, 0.05]
        let experience = Experience(
            tokens: tokens, logProbs: zip(gpt.logProbs(tokens), moved).map { $0.data - $1 },
            reward: 0, advantages: [1, -1, 1, -1, 2])
        let ppo = PPO(klPenalty: 1)
        let objectives: [Double] = [1.2, -exp(0.5), exp(-0.5), -0.8, 2 * exp(0.05)]
        let expected = objectives.reduce(0, +) / -5
        #expect(abs(ppo.loss(gpt, experience).data - expected) < rounding)
        expectGradients(by: some(gpt.params)) { ppo.loss(gpt, experience) }
    }

    /// Answers of the small model to one request, with another one as the reference.
    private func round(klPenalty: Double) throws -> (GPT, reference: GPT, PPO, [Experience]) {
        var rng = PythonRandom(seed: 5)
        let (gpt, reference) = (try tinyAssistantModel(), try tinyAssistantModel(seed: 9))
        let ppo = PPO(klPenalty: klPenalty)
        let experiences = try ppo.experiences(
            request("ame"), answers: 3, of: gpt, reference: reference,
            RewardModel(tinyAssistantModel(seed: 3)), &rng)
        return (gpt, reference, ppo, experiences)
    }

    @Test func `the first pass has ratios of exactly 1, and the gradient of the policy`() throws {
        let (gpt, _, ppo, experiences) = try round(klPenalty: 0.5)
        for experience in experiences {
            let loss = ppo.loss(gpt, experience)
            let n = Double(experience.advantages.count)
            #expect(loss.data == experience.advantages.reduce(0, +) * (-1 / n))
            loss.backward()
            let grads = gpt.params.map(\.grad)
            for p in gpt.params { p.grad = 0 }
            // R. J. Williams, "Simple Statistical Gradient-Following Algorithms for Connectionist
            // Reinforcement Learning", 1992: the mean of A times the gradient of log p.
            let policy = zip(gpt.logProbs(experience.tokens), experience.advantages).map { $0 * $1 }
            (sum(policy) * (-1 / n)).backward()
            for (grad, p) in zip(grads, gpt.params) {
                #expect(abs(grad - p.grad) <= rounding * max(1, abs(grad)))
                p.grad = 0
            }
        }
    }

    @Test func `a token leads to the reward less the penalties from it on`() {
        let returns = PPO(klPenalty: 0.5).returns(
            [-1, -2, -3], reference: [-2, -2, -1], reward: 10)
        #expect(returns == [10.5, 11, 11])  // the tokens cost 0.5, 0 and -1
    }

    @Test func `without a penalty, all tokens of an answer share its reward less the mean`() throws
    {
        let (_, _, _, experiences) = try round(klPenalty: 0)
        let rewards = experiences.map(\.reward)
        #expect(Set(rewards).count == 3)
        let mean = rewards.reduce(0, +) / 3
        for experience in experiences {
            #expect(experience.advantages.count == experience.logProbs.count)
            for advantage in experience.advantages {
                #expect(abs(advantage - (experience.reward - mean)) < rounding)
            }
        }
    }

    @Test func `on average, the penalty is the divergence from the reference`() throws {
        let (gpt, reference, _, _) = try round(klPenalty: 1)
        let tokens = try gpt.tokens(request("ame"), "")
        let (p, q) = (gpt.answerProbs(tokens)[0], reference.answerProbs(tokens)[0])
        let kl = divergence(p.map(\.data), from: q.map(\.data))
        var mean = 0.0
        for (p, q) in zip(p, q) {
            let returns = PPO(klPenalty: 1).returns(
                [log(p.data)], reference: [log(q.data)], reward: 0)
            mean += p.data * returns[0]
        }
        #expect(kl > 0.01)
        #expect(abs(mean + kl) < rounding)
    }

    @Test func `divergence is 0 between equals, and what the formula says otherwise`() {
        #expect(divergence([0.2, 0.8], from: [0.2, 0.8]) == 0)
        let kl = divergence([0.5, 0.5, 0], from: [0.25, 0.5, 0.25])
        #expect(abs(kl - 0.5 * log(2)) < rounding)
    }

    @Test func `a round makes good answers likelier and bad ones less likely`() throws {
        let (gpt, _, ppo, experiences) = try round(klPenalty: 0)
        let best = try #require(experiences.max { $0.reward < $1.reward })
        let worst = try #require(experiences.min { $0.reward < $1.reward })
        let policy = Learner(gpt)
        func logProb(_ experience: Experience) -> Double {
            policy.logProbs(experience.tokens).map(\.data).reduce(0, +)
        }
        let before = (logProb(best), logProb(worst))
        try ppo.learn(from: experiences, policy)
        #expect(logProb(best) > before.0)
        #expect(logProb(worst) < before.1)
    }
}

@Suite struct AssistantTests {
    private static let plan: Assistant.Plan = {
        var plan = Assistant.Plan()
        (plan.pretrainingSteps, plan.demonstrations, plan.preferences) = (3, 2, 2)
        (plan.requestsPerRound, plan.answersPerRequest, plan.preferencesPerUpdate) = (1, 2, 1)
        (plan.measuredRequests, plan.measuredNovelties, plan.measuredAnswers) = (1, 1, 2)
        return plan
    }()

    /// Few, so that they are shuffled quickly; then one of each novelty that there is.
    private static let names = ["emma", "olivia", "noah", "liam", "ava", "mia", "theo"]
    private static let heldOut = ["louise", "simone", "dora", "matilda"]

    private static func assistant(seed: UInt64 = 42) throws(UserError) -> Assistant {
        try Assistant(names: names, heldOut: heldOut, plan: plan, seed: seed)
    }

    @Test func `a request is new by its letter, its length, or both together`() throws {
        let novelties = try Self.heldOut.map { try request($0).novelty }
        #expect(novelties == [.none, .combination, .letter, .length])
        // Of the 24 letters and 5 lengths that are left, a tenth: 4 times what it may be off by.
        let requests = try "abcefghijlmnopqrstuvwxyz".flatMap { letter in
            try [3, 4, 5, 6, 8].map { try request(String(repeating: letter, count: $0)) }
        }
        let combinations = requests.count { $0.novelty == .combination }
        #expect(abs(Double(combinations) - 12) < 4 * (120 * 0.1 * 0.9).squareRoot())
        #expect(requests.allSatisfy { [.none, .combination].contains($0.novelty) })
    }

    @Test func `no stage sees a request that is held out, and models are measured by both`() throws
    {
        let documents = Self.names + ["dana", "matteus", "silvia"]
        let assistant = try Assistant(names: documents, heldOut: Self.heldOut, plan: Self.plan)
        #expect(Set(assistant.demonstratedRequests).count == 7)
        #expect(assistant.demonstratedRequests.allSatisfy { $0.novelty == .none })
        let preferences = try assistant.preferences(assistant.untrained())
        #expect(preferences.allSatisfy { $0.request.novelty == .none })
        #expect(assistant.measuredRequests.map(\.novelty) == Request.Novelty.allCases)
    }

    /// The measures after the last stage, and all parameters of all stages.
    private func run(seed: UInt64) throws -> [Double] {
        let assistant = try Self.assistant(seed: seed)
        let stages = try assistant.stages()
        var results: [Double] = []
        func look(_ round: Int, _ policy: Learner, _ number: Double) throws(UserError) {
            let m = Assistant.Measures(try assistant.sample(policy, stages))
            results += [number, m.obeyed, m.distinct, m.taste, m.reward, m.kl] + policy.params
        }
        try assistant.optimize(stages, .ppo(PPO(klPenalty: 1)), rounds: 2, look: look)
        try assistant.optimize(stages, .dpo(DPO(klPenalty: 1)), rounds: 2, look: look)
        let best = try assistant.sampleBest(of: [1, 3], stages).map { Assistant.Measures($0) }
        #expect(best[1].reward >= best[0].reward)
        #expect(results.allSatisfy { $0.isFinite })
        return results + best.map(\.reward) + stages.rewardModel.model.params
    }

    @Test func `the same seed gives the same bits, another one others`() throws {
        let first = try run(seed: 1)
        #expect(try run(seed: 1) == first)
        #expect(try run(seed: 2) != first)
    }

    @Test func `a model does not diverge from itself`() throws {
        let assistant = try Self.assistant()
        let stages = try assistant.stages()
        #expect(Assistant.Measures(try assistant.sample(stages.fineTuned, stages)).kl == 0)
    }

    @Test func `measures are those of the answers`() throws {
        let (emma, mia) = (try request("emma"), try request("mia"))
        func sample(_ request: Request, _ answer: String, _ reward: Double) -> Assistant.Sample {
            .init(request: request, answer: answer, reward: reward, kl: 2 * reward)
        }
        // Tastes 1/2, 3/4, 0 and 1: the first pair is in order, the last is not; the middle is none.
        let m = Assistant.Measures([
            sample(emma, "emma", 1), sample(emma, "elia", 3), sample(mia, "aiai", 8),
            sample(mia, "mia", 4), sample(mia, "mia", 4),
        ])
        #expect(m.obeyed == 0.8)
        #expect(m.distinct == 0.8)
        #expect(m.fourVowels == 0.2)
        #expect(m.agreement == 0.5)
        #expect(m.reward == 4)
        #expect(m.kl == 8)
        #expect(abs(m.taste - (0.5 + 0.75 + 0 + 4.0 / 3) / 5) < rounding)
    }

    /// Where an answer is better than a share u of all, the best of n has the density n u^(n-1), and
    /// the divergence is the integral of its product with its logarithm.
    @Test(arguments: [1, 2, 10]) func `the divergence of the best of n is the integral`(_ n: Int) {
        let steps = 100_000
        let integral = (0..<steps).reduce(0.0) { total, i in
            let density = Double(n) * pow((Double(i) + 0.5) / Double(steps), Double(n - 1))
            return total + density * log(density) / Double(steps)
        }
        // The rule of midpoints is off by h² / 24 times the slope's change, at most n² log n.
        #expect(abs(bestOfDivergence(n) - integral) < 1e-6)
    }

    @Test func `names that nothing can be asked about are refused`() throws {
        let error = #expect(throws: UserError.self) {
            try Assistant(names: ["al", "alexandria", "emma"], heldOut: ["bo"])
        }
        #expect(
            error?.description == "requests are for 3 to 8 letters: 1 of 3 names can be "
                + "demonstrated, and 0 of 1 that are held out can be asked for; it takes 1 of each")
    }

    @Test func `names without vowels leave nothing to prefer`() throws {
        let assistant = try Assistant(
            names: ["mph", "grrr", "brrr"], heldOut: ["brr"], plan: Self.plan)
        let error = #expect(throws: UserError.self) {
            try assistant.preferences(assistant.untrained())
        }
        #expect(error?.description.hasPrefix("of 100 pairs of answers 0 differ") == true)
    }
}
