import Inspection
import MicroGPT

// Supervised fine-tuning (L. Ouyang et al., "Training language models to follow instructions with
// human feedback", 2022, step 1): the model goes on training, now on requests with answers. Only the
// answers count in the loss: nobody wants the model to write requests.

/// A request for a name: "e4:" asks for one with the first letter e and 4 letters.
public struct Request: Hashable, Sendable {
    public let letter: Unicode.Scalar
    public let length: Int

    /// What requests are made of, besides first letters: for the tokenizer.
    public static let alphabet = "345678:"
    private static let lengths = 3...8

    /// The request that a name answers; nil if it has fewer than 3 letters, or more than 8.
    public init?(answeredBy name: String) {
        let letters = name.unicodeScalars
        guard let first = letters.first, Self.lengths.contains(letters.count) else { return nil }
        (letter, length) = (first, letters.count)
    }

    public var prompt: String { "\(letter)\(length):" }

    /// The request with an answer: what a model is trained on, and what it samples.
    public func document(_ answer: String) -> String { prompt + answer }

    /// Whether an answer is what was asked for.
    public func isObeyed(by answer: String) -> Bool { Request(answeredBy: answer) == self }
}

/// How many tokens a request is, BOS before it among them: answers begin after so many.
public let requestTokenCount = 4

extension GPT {
    /// The logarithm of the probability of each token of an answer, from the tokens before it.
    ///
    /// - Parameter tokens: a request with its answer, BOS at both ends; what has no room in
    ///   blockSize positions is left out.
    /// - Returns: a number for each token after the request.
    public func logProbs(_ tokens: [Int]) -> [Value] {
        distributions(tokens).enumerated().map { i, probs in
            probs[tokens[requestTokenCount + i]].log()
        }
    }

    /// The probabilities of all tokens where an answer has its tokens.
    package func distributions(_ tokens: [Int]) -> [[Value]] {
        var cache = KVCache(repeating: ([], []), count: config.nLayer)
        let logits = tokens.dropLast().prefix(config.blockSize).enumerated().map { posID, tokenID in
            forward(tokenID: tokenID, posID: posID, cache: &cache)
        }
        return logits.dropFirst(requestTokenCount - 1).map { softmax($0) }
    }

    /// How badly the model predicts an answer: minus the mean of its `logProbs`.
    public func answerLoss(_ tokens: [Int]) -> Value {
        let logProbs = logProbs(tokens)
        return sum(logProbs) * (-1 / Double(logProbs.count))
    }

    /// An answer, drawn at temperature 1, up to BOS or the end of the context.
    public func answer(
        _ request: Request, _ rng: inout PythonRandom
    ) throws(UserError) -> String {
        let document = try sample(prompt: request.prompt, temperature: 1, &rng)
        return String(document.unicodeScalars.dropFirst(request.prompt.unicodeScalars.count))
    }

    /// Another model with the same numbers: training one leaves the other as it is.
    public func copy() throws(UserError) -> GPT {
        var rng = PythonRandom(seed: 0)  // what it draws is overwritten
        let copy = try GPT(config, tokenizer, &rng)
        for (new, old) in zip(copy.params, params) { new.data = old.data }
        return copy
    }
}
