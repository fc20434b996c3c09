import Inspection
import MicroGPT
import PythonRandom

// Supervised fine-tuning (L. Ouyang et al., "Training language models to follow instructions with
// human feedback", 2022, step 1): the training goes on, now with requests and answers. The loss is
// that of the answers alone, since requests are not the model's to write.

/// A request for a name: "e4:" asks for one with the first letter e and 4 letters.
public struct Request: Hashable, Sendable {
    public let letter: Unicode.Scalar
    public let length: Int

    /// What requests are made of besides letters: to be added to what a tokenizer is made from.
    public static let alphabet = "345678:"
    private static let lengths = 3...8

    /// The request that a name answers; nil if it has fewer than 3 letters or more than 8.
    public init?(answeredBy name: String) {
        let letters = name.unicodeScalars
        guard let first = letters.first, Self.lengths.contains(letters.count) else { return nil }
        (letter, length) = (first, letters.count)
    }

    public var prompt: String { "\(letter)\(length):" }

    /// Tokens before an answer: BOS and the prompt.
    static let tokenCount = 4

    public func isObeyed(by answer: String) -> Bool { Request(answeredBy: answer) == self }

    /// What about a request is new to every stage.
    public enum Novelty: String, CaseIterable, Sendable {
        /// Nothing: it may be demonstrated, answered for a preference, and answered for a reward.
        case none
        /// Its letter is asked for with other lengths, and its length with other letters.
        case combination
        /// No request has this letter, or this length.
        case letter, length
    }

    /// Two letters and one length are held out, and of what is left a tenth by its hash.
    public var novelty: Novelty {
        if "dk".unicodeScalars.contains(letter) { return .letter }
        if length == 7 { return .length }
        return isHeldOut(prompt) ? .combination : .none
    }
}

/// What answers requests: the single file's model, or a `Learner`.
public protocol Answering {
    var config: Config { get }
    var tokenizer: Tokenizer { get }
    /// The logarithm of the probability of each token of an answer, from those before it.
    ///
    /// - Parameter tokens: a request with an answer; what has no room in the context is left out.
    func logProbs(_ tokens: [Int]) -> [Value]
    /// The logit of BOS after all tokens for which the context has room.
    func logitOfEnd(_ tokens: [Int]) -> Value
    /// An answer, drawn at temperature 1, up to BOS or the end of the context.
    func answer(_ request: Request, _ rng: inout PythonRandom) throws(UserError) -> String
}

extension GPT: Answering {
    /// The probabilities of all tokens at each place of an answer.
    ///
    /// - Parameter tokens: a request with an answer; what has no room in the context is left out.
    /// - Returns: vocabSize numbers for each token after the request.
    public func answerProbs(_ tokens: [Int]) -> [[Value]] {
        let logits = logits(answerInputs(tokens))
        return logits.dropFirst(Request.tokenCount - 1).map(softmax)
    }

    public func logProbs(_ tokens: [Int]) -> [Value] {
        zip(answerProbs(tokens), tokens.dropFirst(Request.tokenCount)).map { probs, token in
            probs[token].log()
        }
    }

    public func logitOfEnd(_ tokens: [Int]) -> Value {
        let logits = logits(tokens.prefix(config.blockSize))
        return logits[logits.count - 1][tokenizer.bos]
    }

    public func answer(
        _ request: Request, _ rng: inout PythonRandom
    ) throws(UserError) -> String {
        let document = try sample(prompt: request.prompt, temperature: 1, &rng)
        return String(document.unicodeScalars.dropFirst(request.prompt.unicodeScalars.count))
    }
}

extension Answering {
    /// A request with an answer, BOS at both ends.
    public func tokens(_ request: Request, _ answer: String) throws(UserError) -> [Int] {
        try tokenizer.tokens(of: request.prompt + answer)
    }

    /// What is read to predict an answer: all but its end.
    func answerInputs(_ tokens: [Int]) -> [Int] {
        Array(tokens.dropLast().prefix(config.blockSize))
    }

    /// How badly the model predicts an answer: minus the mean of its `logProbs`.
    public func answerLoss(_ tokens: [Int]) -> Value {
        let logProbs = logProbs(tokens)
        return sum(logProbs) * (-1 / Double(logProbs.count))
    }
}
