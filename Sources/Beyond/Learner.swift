import Efficiency
import Inspection
import MicroGPT
import PythonRandom

/// A model that learns from any loss of its logits, fast: from the logits on, a loss is of `Value`s,
/// and its formula is that for `GPT`; below them the rung of arrays takes the place of the graph.
public final class Learner: Answering {
    public let config: Config
    public let tokenizer: Tokenizer
    private let engine: Arrays
    /// What was asked for its logits while a loss was made, with the leaves that it got.
    private var asked: [(tokens: [Int], logits: [[Value]])]?

    /// Starts with the parameters of a model, which stays as it is.
    public init(_ gpt: GPT) {
        (config, tokenizer, engine) = (gpt.config, gpt.tokenizer, Arrays(gpt))
    }

    /// A model with the same parameters and a life of its own, before its first step.
    ///
    /// - Parameter steps: after so many, the learning rate has fallen to 0.
    public func copy(learningRate: Double, steps: Int) -> Learner {
        var (config, unused) = (config, PythonRandom(seed: 0))
        (config.learningRate, config.numSteps) = (learningRate, steps)
        let copy = Learner(GPT(config, tokenizer, &unused))
        copy.engine.params = engine.params
        return copy
    }

    /// In the order of `GPT.params`.
    public var params: [Double] { engine.params }
    /// What was added since the last update, in the same order.
    public var gradients: [Double] { engine.gradientsSoFar }

    public func logits(_ tokens: some Collection<Int>) -> [[Value]] {
        let tokens = Array(tokens)
        let logits = engine.logits(tokens).map { row in row.map { Value($0) } }
        asked?.append((tokens, logits))
        return logits
    }

    public func answer(
        _ request: Request, _ rng: inout PythonRandom
    ) throws(UserError) -> String {
        var tokens = Array(try tokens(request, "").dropLast())
        var answer = ""
        while tokens.count <= config.blockSize {
            let probs = softmax((engine.logits(tokens).last ?? []).map { Value($0) }).map(\.data)
            guard probs[0].isFinite else { throw .noProbabilities }
            let token = rng.choice(weights: probs)
            if token == tokenizer.bos { break }
            answer.unicodeScalars.append(tokenizer.characters[token])
            tokens.append(token)
        }
        return answer
    }

    /// One step of pre-training, on a document.
    public func learn(_ document: String) throws(UserError) -> Double {
        engine.trainStep([try tokenizer.tokens(of: document)])
    }

    /// Adds the gradients of a loss to those since the last update.
    ///
    /// - Parameter share: what it counts in the loss of all.
    /// - Returns: the loss.
    @discardableResult public func backward(
        share: Double = 1, _ loss: () throws(UserError) -> Value
    ) throws(UserError) -> Double {
        asked = []
        defer { asked = nil }
        let loss = try loss()
        (loss * share).backward()
        for (tokens, logits) in asked ?? [] {
            engine.addGradients(tokens, dLogits: logits.map { $0.map(\.grad) })
        }
        return loss.data
    }

    /// A step of Adam with all gradients that were added.
    public func update() { engine.update() }
}
