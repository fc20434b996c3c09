import MicroGPT

/// How much a name is liked, by a rule in the place of a person: the share of vowels in it, but
/// nothing at all if three of them follow each other.
public func taste(_ name: String) -> Double {
    let isVowel = name.unicodeScalars.map { "aeiou".unicodeScalars.contains($0) }
    let threes = zip(isVowel, zip(isVowel.dropFirst(), isVowel.dropFirst(2)))
    if isVowel.isEmpty || threes.contains(where: { $0 && $1.0 && $1.1 }) { return 0 }
    return Double(isVowel.count { $0 }) / Double(isVowel.count)
}

/// Two answers to one request, the better one first.
public struct Preference: Sendable {
    public let request: Request
    public let chosen, rejected: String

    /// Lets `taste` choose; nil if it likes both the same.
    public init?(_ request: Request, _ a: String, _ b: String) {
        let (tasteA, tasteB) = (taste(a), taste(b))
        if tasteA == tasteB { return nil }
        self.request = request
        (chosen, rejected) = tasteA > tasteB ? (a, b) : (b, a)
    }
}

/// A number for each answer, learned from preferences (P. F. Christiano et al., "Deep Reinforcement
/// Learning from Human Preferences", 2017): a GPT that reads the request and the answer, and one row
/// of numbers more, which makes one of the logits at the end.
public struct RewardModel {
    public let gpt: GPT
    /// vocabSize numbers.
    public let row: [Value]
    public var params: [Value] { gpt.params + row }

    /// Starts from a model that has read names, with a row of small numbers.
    public init(_ gpt: GPT, _ rng: inout PythonRandom) throws(UserError) {
        self.gpt = try gpt.copy()
        row = (0..<gpt.tokenizer.vocabSize).map { _ in Value(rng.gauss(0, gpt.config.initStd)) }
    }

    /// The reward of an answer. Only differences between the answers to one request count.
    ///
    /// - Parameter tokens: a request with its answer, BOS at both ends; what has no room in
    ///   blockSize positions is not read.
    public func reward(_ tokens: [Int]) -> Value {
        var cache = KVCache(repeating: ([], []), count: gpt.config.nLayer)
        var logits: [Value] = []
        for (posID, tokenID) in tokens.prefix(gpt.config.blockSize).enumerated() {
            logits = gpt.forward(tokenID: tokenID, posID: posID, cache: &cache)
        }
        return dot(row, logits)
    }

    /// The rewards of the chosen answer and of the rejected one.
    public func rewards(
        _ preference: Preference
    ) throws(UserError) -> (chosen: Value, rejected: Value) {
        func reward(_ answer: String) throws(UserError) -> Value {
            self.reward(try gpt.tokenizer.encode(preference.request.document(answer)))
        }
        return (try reward(preference.chosen), try reward(preference.rejected))
    }
}

/// How badly two rewards explain a choice: minus the logarithm of its probability, which is the
/// logistic function of their difference (R. A. Bradley and M. E. Terry, "Rank Analysis of
/// Incomplete Block Designs", 1952).
public func preferenceLoss(chosen: Value, rejected: Value) -> Value {
    -(chosen - rejected).sigmoid().log()
}
