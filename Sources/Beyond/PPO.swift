import MicroGPT

/// Proximal policy optimization (J. Schulman et al., "Proximal Policy Optimization Algorithms",
/// 2017) of a model that answers, towards high rewards, but not far from where it started (Ouyang et
/// al., 2022, step 3).
public struct PPO: Sendable {
    /// How far a token's probability may move by the answers of one round: by this part of it.
    public var clip = 0.2
    /// What a unit of divergence from the reference costs, in rewards.
    public var klPenalty = 0.0
    /// How often the answers of a round are learned from.
    public var epochs = 4
    public var requestsPerRound = 8, answersPerRequest = 4

    public init() {}
}

/// An answer that a model gave, and by how much each of its tokens turned out better than expected.
public struct Experience: Sendable {
    public let tokens: [Int]
    /// Of each token of the answer, when it was drawn.
    public let logProbs: [Double]
    /// What each token led to, less the baseline.
    public var advantages: [Double]
}

extension PPO {
    /// What a token contributes to the objective, which is to be made large:
    /// min(ratio A, clip(ratio) A) with the advantage A, and with the ratio of the token's
    /// probability now to that when it was drawn.
    ///
    /// Where it is clipped it has no gradient: the token has moved far enough.
    public func objective(logProb: Value, old: Double, advantage: Double) -> Value {
        let ratio = (logProb - old).exp()
        let clipped = min(max(ratio.data, 1 - clip), 1 + clip)
        if clipped * advantage < ratio.data * advantage { return Value(clipped * advantage) }
        return ratio * advantage
    }

    /// Minus the mean objective of the tokens of an answer.
    public func loss(_ policy: GPT, _ experience: Experience) -> Value {
        let logProbs = policy.logProbs(experience.tokens)
        let objectives = logProbs.indices.map { i in
            objective(
                logProb: logProbs[i], old: experience.logProbs[i],
                advantage: experience.advantages[i])
        }
        return sum(objectives) * (-1 / Double(objectives.count))
    }

    /// What each token of an answer leads to: the answer's reward at its end, less the penalty for
    /// this token and all after it. A token costs klPenalty (log p - log p of the reference), which
    /// is its divergence on average over what may be drawn.
    package func returns(logProbs: [Double], reference: [Double], reward: Double) -> [Double] {
        var toCome = reward
        let backwards = zip(logProbs, reference).reversed().map { p, q in
            toCome -= klPenalty * (p - q)
            return toCome
        }
        return backwards.reversed()
    }

    /// Answers to a request. The baseline is the mean of what they lead to: a token is good if its
    /// answer turned out better than the others.
    public func experiences(
        _ request: Request, _ policy: GPT, reference: GPT, reward: ([Int]) -> Double,
        _ rng: inout PythonRandom
    ) throws(UserError) -> [Experience] {
        var experiences: [Experience] = []
        for _ in 0..<answersPerRequest {
            let answer = try policy.answer(request, &rng)
            let tokens = try policy.tokenizer.encode(request.document(answer))
            let logProbs = policy.logProbs(tokens).map(\.data)
            let returns = returns(
                logProbs: logProbs, reference: reference.logProbs(tokens).map(\.data),
                reward: reward(tokens))
            experiences.append(
                Experience(tokens: tokens, logProbs: logProbs, advantages: returns))
        }
        let baseline =
            experiences.map { $0.advantages[0] }.reduce(0, +) / Double(experiences.count)
        for i in experiences.indices {
            experiences[i].advantages = experiences[i].advantages.map { $0 - baseline }
        }
        return experiences
    }
}
