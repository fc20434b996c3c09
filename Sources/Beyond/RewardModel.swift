import Inspection
import MicroGPT
import PythonRandom

// A model of what people like (P. F. Christiano et al., "Deep Reinforcement Learning from Human
// Preferences", 2017; Ouyang et al., 2022, step 2).

/// How much a name is liked, by a rule in the place of people: the share of vowels in it; but not at
/// all if four of them follow each other, which is too much.
public func taste(_ name: String) -> Double {
    let isVowel = name.unicodeScalars.map { "aeiou".unicodeScalars.contains($0) }
    let longestRun = isVowel.split(separator: false).map(\.count).max() ?? 0
    if isVowel.isEmpty || longestRun >= 4 { return 0 }
    return Double(isVowel.count { $0 }) / Double(isVowel.count)
}

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
}

/// One number for an answer, learned from preferences: a GPT that reads the request and the answer,
/// and one row more, which makes one number of the logits at the end.
public struct RewardModel {
    public let gpt: GPT
    public let row: [Value]  // vocabSize
    public var params: [Value] { gpt.params + row }

    /// Starts from a copy of a model that has read names.
    public init(_ gpt: GPT, _ rng: inout PythonRandom) throws(UserError) {
        self.gpt = gpt.copy()
        row = (0..<gpt.tokenizer.vocabSize).map { _ in Value(rng.gauss(0, gpt.config.initStd)) }
    }

    /// The reward of an answer. It has no zero and no unit but by comparison with other rewards.
    ///
    /// - Parameter tokens: a request with an answer; what has no room in the context is left out.
    public func reward(_ tokens: [Int]) -> Value {
        dot(row, gpt.logits(tokens.prefix(gpt.config.blockSize)).last ?? [])
    }

    /// The rewards of both answers.
    public func rewards(
        _ preference: Preference
    ) throws(UserError) -> (chosen: Value, rejected: Value) {
        let chosen = try gpt.tokens(preference.request, preference.chosen)
        let rejected = try gpt.tokens(preference.request, preference.rejected)
        return (reward(chosen), reward(rejected))
    }
}

/// How badly two rewards explain a choice: minus the logarithm of its probability, which is the
/// logistic function of their difference (R. A. Bradley and M. E. Terry, "Rank Analysis of
/// Incomplete Block Designs", 1952).
public func preferenceLoss(chosen: Value, rejected: Value) -> Value {
    -(chosen - rejected).sigmoid().log()
}
