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

    @Test func `gradients pass through both rewards to the body and the row`() throws {
        var rng = PythonRandom(seed: 2)
        let model = try RewardModel(tinyAssistantModel(), &rng)
        let preference = try #require(Preference(request("ame"), "aia", "mel"))
        func loss() throws -> Value {
            let (chosen, rejected) = try model.rewards(preference)
            return preferenceLoss(chosen: chosen, rejected: rejected)
        }
        _ = try loss()  // throws here if at all
        for params in [some(model.gpt.params), model.row] {
            expectGradients(by: params) { (try? loss()) ?? Value(.nan) }
        }
    }

    @Test func `every token counts in the reward`() throws {
        var rng = PythonRandom(seed: 2)
        let gpt = try tinyAssistantModel()
        let model = try RewardModel(gpt, &rng)
        let tokens = Array(try gpt.tokens(request("aloe"), "aloe").dropLast())
        for i in tokens.indices {
            var changed = tokens
            changed[i] = (changed[i] + 1) % gpt.tokenizer.vocabSize
            #expect(model.reward(changed).data != model.reward(tokens).data, "token \(i)")
        }
    }

    @Test func `the model that it starts from stays as it is`() throws {
        var rng = PythonRandom(seed: 2)
        let gpt = try tinyAssistantModel()
        let model = try RewardModel(gpt, &rng)
        #expect(model.gpt.params.map(\.data) == gpt.params.map(\.data))
        #expect(zip(model.gpt.params, gpt.params).allSatisfy { $0 !== $1 })
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
            RewardModel(tinyAssistantModel(seed: 3), &rng), &rng)
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
        func logProb(_ experience: Experience) -> Double {
            gpt.logProbs(experience.tokens).map(\.data).reduce(0, +)
        }
        let before = (logProb(best), logProb(worst))
        var adam = Adam(paramCount: gpt.params.count)
        ppo.learn(from: experiences, gpt, &adam, gpt.config)
        #expect(adam.step == 4)
        #expect(logProb(best) > before.0)
        #expect(logProb(worst) < before.1)
    }
}

@Suite struct AssistantTests {
    private static let plan: Assistant.Plan = {
        var plan = Assistant.Plan()
        (plan.pretrainingSteps, plan.fineTuningSteps) = (3, 2)
        (plan.preferences, plan.heldOutPreferences) = (1, 1)
        (plan.rounds, plan.requestsPerRound, plan.answersPerRequest) = (1, 1, 2)
        (plan.measuredRequests, plan.measuredAnswers) = (1, 2)
        return plan
    }()

    /// Few, so that they are shuffled quickly.
    private static let names = ["emma", "olivia", "noah", "liam", "ava", "mia", "louise", "theo"]

    /// The measures after the last stage, and all parameters of all stages.
    private func run(seed: UInt64) throws -> [Double] {
        let assistant = try Assistant(names: Self.names, plan: Self.plan, seed: seed)
        var totals: [Int] = []
        let report: Assistant.Report = { step, total, number in
            if step == total { totals.append(total) }
            #expect(number.isFinite)
        }
        let pretrained = try assistant.pretrained(report: report)
        let fineTuned = try assistant.fineTuned(pretrained, report: report)
        let (rewardModel, accuracy) = try assistant.rewardModel(fineTuned, report: report)
        let policy = try assistant.optimized(
            fineTuned, rewardModel, PPO(klPenalty: 1), report: report)
        #expect(totals == [3, 2, 1, 1])
        let m = try assistant.measures(policy, reference: fineTuned, rewardModel)
        let params = [pretrained, fineTuned, rewardModel.gpt, policy].flatMap(\.params)
        return [accuracy, m.obeyed, m.distinct, m.taste, m.reward, m.kl] + params.map(\.data)
    }

    @Test func `the same seed gives the same bits, another one others`() throws {
        let first = try run(seed: 1)
        #expect(try run(seed: 1) == first)
        #expect(try run(seed: 2) != first)
    }

    @Test func `a model does not diverge from itself`() throws {
        let assistant = try Assistant(names: Self.names, plan: Self.plan)
        var rng = PythonRandom(seed: 1)
        let gpt = try assistant.pretrained()
        let measures = try assistant.measures(gpt, reference: gpt, RewardModel(gpt, &rng))
        #expect(measures.kl == 0)
    }

    @Test func `names that nothing can be asked about are refused`() throws {
        let error = #expect(throws: UserError.self) {
            try Assistant(names: ["al", "alexandria", "emma"])
        }
        #expect(
            error?.description
                == "requests are for 3 to 8 letters, and 1 of the names have so many; it takes 2")
    }

    #if !DEBUG
        @Test func `names without vowels leave nothing to prefer`() throws {
            let assistant = try Assistant(names: ["mph", "grrr", "brrr"], plan: Self.plan)
            let gpt = try assistant.pretrained()
            let error = #expect(throws: UserError.self) { try assistant.rewardModel(gpt) }
            #expect(error?.description.hasPrefix("no two answers in 100 pairs differ") == true)
        }
    #endif
}
