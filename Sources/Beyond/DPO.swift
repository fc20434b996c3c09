import Inspection
import MicroGPT

/// Direct preference optimization (R. Rafailov et al., "Direct Preference Optimization: Your Language
/// Model is Secretly a Reward Model", 2023): a policy learns from preferences themselves, without a
/// reward model and without drawing answers.
///
/// The best policy for a reward r, where a nat of divergence costs β, gives an answer the
/// probability of the reference times e^(r / β), up to a factor that only depends on the request.
/// So every policy is the best one for some reward, and that reward is what is to explain choices.
public struct DPO: Sendable {
    /// What a nat of divergence from the reference costs, in rewards.
    public var klPenalty: Double
    /// Updates in a round, as many as PPO has.
    public var updates = 4

    public init(klPenalty: Double) { self.klPenalty = klPenalty }

    /// The reward for which a policy is the best, but for a number that is the same for all answers
    /// to a request.
    public func reward(_ logProbs: [Value], reference: [Double]) -> Value {
        klPenalty * (sum(logProbs) - reference.reduce(0, +))
    }

    /// How badly the policy's rewards explain a choice.
    public func loss(
        _ policy: some Answering, reference: some Answering, _ preference: Preference
    ) throws(UserError) -> Value {
        func reward(_ tokens: [Int]) -> Value {
            self.reward(
                policy.logProbs(tokens), reference: reference.logProbs(tokens).map(\.data))
        }
        let (chosen, rejected) = try preference.tokens(policy)
        return preferenceLoss(chosen: reward(chosen), rejected: reward(rejected))
    }
}
