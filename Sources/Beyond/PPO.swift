import Foundation
import Inspection
import MicroGPT
import PythonRandom

/// Proximal policy optimization (J. Schulman et al., "Proximal Policy Optimization Algorithms",
/// 2017): a model, the policy, learns to give answers with high rewards, and stays near the model
/// that it was, the reference (Ouyang et al., 2022, step 3).
public struct PPO: Sendable {
    /// What a nat of divergence from the reference costs, in rewards.
    public var klPenalty: Double
    /// By how much of itself a token's probability can move in a round before it counts no more.
    public var clip = 0.2
    /// Updates of the policy in a round, all from the same answers.
    public var epochs = 4

    public init(klPenalty: Double) { self.klPenalty = klPenalty }

    /// What a token of an answer has in the objective, which is to be made large:
    /// min(ratio A, clip(ratio, 1 - clip, 1 + clip) A), with its advantage A, and with the ratio of
    /// its probability now to that with which it was drawn.
    ///
    /// Where the clipped one is the smaller, there is no gradient: the token has moved far enough.
    public func objective(logProb: Value, drawn: Double, advantage: Double) -> Value {
        let ratio = (logProb - drawn).exp()
        let clipped = min(max(ratio.data, 1 - clip), 1 + clip) * advantage
        return clipped < ratio.data * advantage ? Value(clipped) : ratio * advantage
    }
}

/// An answer of the policy, and how much better than the others each of its tokens turned out.
public struct Experience: Sendable {
    public let tokens: [Int]
    public let logProbs: [Double]  // of the answer's tokens, when it was drawn
    public let reward: Double
    public var advantages: [Double]  // of the answer's tokens

    public init(tokens: [Int], logProbs: [Double], reward: Double, advantages: [Double]) {
        (self.tokens, self.logProbs) = (tokens, logProbs)
        (self.reward, self.advantages) = (reward, advantages)
    }
}

extension PPO {
    /// Lets the policy answer a request a few times. The advantage of a token is what it led to,
    /// less a baseline: the mean of what these answers led to.
    public func experiences(
        _ request: Request, answers count: Int, of policy: some Answering,
        reference: some Answering, _ rewardModel: RewardModel<some Answering>,
        _ rng: inout PythonRandom
    ) throws(UserError) -> [Experience] {
        var experiences: [Experience] = []
        for _ in 0..<count {
            let tokens = try policy.tokens(request, policy.answer(request, &rng))
            let logProbs = policy.logProbs(tokens).map(\.data)
            let referenceLogProbs = reference.logProbs(tokens).map(\.data)
            let reward = rewardModel.reward(tokens).data
            let returns = returns(logProbs, reference: referenceLogProbs, reward: reward)
            experiences.append(
                Experience(
                    tokens: tokens, logProbs: logProbs, reward: reward, advantages: returns))
        }
        let baseline = experiences.map { $0.advantages[0] }.reduce(0, +) / Double(count)
        for i in experiences.indices {
            experiences[i].advantages = experiences[i].advantages.map { $0 - baseline }
        }
        return experiences
    }

    /// What each token of an answer led to: the reward at the end, less the penalties from this
    /// token on. A token's penalty is klPenalty (log p - log p of the reference); on average over
    /// the tokens that can be drawn, that is the divergence.
    public func returns(
        _ logProbs: [Double], reference: [Double], reward: Double
    ) -> [Double] {
        var toCome = reward
        let fromTheEnd = zip(logProbs, reference).reversed().map { logProb, reference in
            toCome -= klPenalty * (logProb - reference)
            return toCome
        }
        return fromTheEnd.reversed()
    }

    /// Minus the mean objective of the tokens of an answer.
    public func loss(_ policy: some Answering, _ experience: Experience) -> Value {
        let logProbs = policy.logProbs(experience.tokens)
        let objectives = logProbs.indices.map { i in
            objective(
                logProb: logProbs[i], drawn: experience.logProbs[i],
                advantage: experience.advantages[i])
        }
        return sum(objectives) * (-1 / Double(objectives.count))
    }

    /// The updates of a round.
    public func learn(from experiences: [Experience], _ policy: Learner) throws(UserError) {
        for _ in 0..<epochs {
            for experience in experiences {
                try policy.backward(share: 1 / Double(experiences.count)) {
                    () throws(UserError) in loss(policy, experience)
                }
            }
            policy.update()
        }
    }
}

/// The Kullback-Leibler divergence of p from q, in nats: the mean of log p - log q over draws from p
/// (S. Kullback and R. A. Leibler, "On Information and Sufficiency", 1951).
public func divergence(_ p: [Double], from q: [Double]) -> Double {
    zip(p, q).map { p, q in p == 0 ? 0 : p * log(p / q) }.reduce(0, +)
}
