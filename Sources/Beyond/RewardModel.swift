import Inspection
import MicroGPT

// A model of what people like (P. F. Christiano et al., "Deep Reinforcement Learning from Human
// Preferences", 2017; Ouyang et al., 2022, step 2).

/// How much a name is liked, by a rule in the place of people: the share of vowels in it; but not at
/// all if four of them follow each other, which is too much.
public func taste(_ name: String) -> Double {
    if name.isEmpty || hasFourVowels(name) { return 0 }
    return Double(name.unicodeScalars.count(where: isVowel)) / Double(name.unicodeScalars.count)
}

/// Whether four vowels follow each other in a name.
public func hasFourVowels(_ name: String) -> Bool {
    name.unicodeScalars.split { !isVowel($0) }.contains { $0.count >= 4 }
}

private func isVowel(_ letter: Unicode.Scalar) -> Bool { "aeiou".unicodeScalars.contains(letter) }

/// Two answers to a request, one liked better.
public struct Preference: Sendable {
    public let request: Request
    public let chosen, rejected: String

    /// Chooses by `taste`; nil if both are liked the same.
    public init?(_ request: Request, _ a: String, _ b: String) {
        let (tasteOfA, tasteOfB) = (taste(a), taste(b))
        if tasteOfA == tasteOfB { return nil }
        self.request = request
        (chosen, rejected) = tasteOfA > tasteOfB ? (a, b) : (b, a)
    }

    /// Both answers after the request.
    func tokens(
        _ model: some Answering
    ) throws(UserError) -> (chosen: [Int], rejected: [Int]) {
        (try model.tokens(request, chosen), try model.tokens(request, rejected))
    }
}

/// One number for an answer, learned from preferences: what a model that has read the request and
/// the answer has for BOS among its logits at the end, where nothing else is asked of it any more.
public struct RewardModel<Model: Answering> {
    public let model: Model

    public init(_ model: Model) { self.model = model }

    /// The reward of an answer. It has no zero, only comparison with other rewards.
    ///
    /// - Parameter tokens: a request with an answer; what has no room in the context is left out.
    public func reward(_ tokens: [Int]) -> Value { model.logitOfEnd(tokens) }

    /// How badly the rewards of both answers explain the choice.
    public func loss(_ preference: Preference) throws(UserError) -> Value {
        let (chosen, rejected) = try preference.tokens(model)
        return preferenceLoss(chosen: reward(chosen), rejected: reward(rejected))
    }
}

/// How badly two rewards explain a choice: minus the logarithm of its probability, which is the
/// logistic function of their difference (R. A. Bradley and M. E. Terry, "Rank Analysis of
/// Incomplete Block Designs", 1952).
public func preferenceLoss(chosen: Value, rejected: Value) -> Value {
    -(chosen - rejected).sigmoid().log()
}
