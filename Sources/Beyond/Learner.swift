import Efficiency
import Foundation
import Inspection
import MicroGPT
import PythonRandom

/// A model that answers and learns fast. What a loss is, `Value` says, with the formula that it has
/// for `GPT`; but the graph ends at the numbers that the model gives, and what is below them the rung
/// of arrays differentiates.
public final class Learner: Answering {
    public let config: Config
    public let tokenizer: Tokenizer
    private let engine: Arrays

    /// Leaves of a loss, and the derivative by each logit, once their gradients are known.
    private struct Given {
        let tokens: [Int]
        let leaves: [Value]
        let dLogits: ([Double]) -> [[Double]]
    }
    /// What was given while a loss is made.
    private var given: [Given]?

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

    // MARK: - Answering

    /// The logarithms of the probabilities of all tokens at each place of an answer, as
    /// `GPT.answerProbs` has them.
    public func answerLogProbs(_ tokens: [Int]) -> [[Double]] {
        engine.logits(answerInputs(tokens)).dropFirst(Request.tokenCount - 1).map(logSoftmax)
    }

    public func logProbs(_ tokens: [Int]) -> [Value] {
        let all = answerLogProbs(tokens)
        let answer = Array(tokens.dropFirst(Request.tokenCount).prefix(all.count))
        let leaves = zip(all, answer).map { Value($0[$1]) }
        let inputs = answerInputs(tokens)
        given?.append(
            Given(tokens: inputs, leaves: leaves) { grads in
                // By its own logit a logarithm has the derivative 1 - p, by each other -p.
                var dLogits = inputs.map { _ in [Double](repeating: 0, count: all[0].count) }
                for (i, grad) in grads.enumerated() {
                    let place = i + Request.tokenCount - 1
                    dLogits[place] = all[i].map { -grad * exp($0) }
                    dLogits[place][answer[i]] += grad
                }
                return dLogits
            })
        return leaves
    }

    public func logitOfEnd(_ tokens: [Int]) -> Value {
        let inputs = Array(tokens.prefix(config.blockSize))
        let logits = engine.logits(inputs)
        let leaf = Value(logits[logits.count - 1][tokenizer.bos])
        given?.append(
            Given(tokens: inputs, leaves: [leaf]) { [bos = tokenizer.bos] grads in
                var dLogits = logits.map { row in row.map { _ in 0.0 } }
                dLogits[dLogits.count - 1][bos] = grads[0]
                return dLogits
            })
        return leaf
    }

    public func answer(
        _ request: Request, _ rng: inout PythonRandom
    ) throws(UserError) -> String {
        var tokens = Array(try tokens(request, "").dropLast())
        var answer = ""
        while tokens.count <= config.blockSize {
            let probs = logSoftmax(engine.logits(tokens).last ?? []).map(exp)
            guard probs[0].isFinite else { throw .noProbabilities }
            let token = rng.choice(weights: probs)
            if token == tokenizer.bos { break }
            answer.unicodeScalars.append(tokenizer.characters[token])
            tokens.append(token)
        }
        return answer
    }

    // MARK: - Learning

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
        given = []
        defer { given = nil }
        let loss = try loss()
        (loss * share).backward()
        for given in given ?? [] {
            engine.addGradients(given.tokens, dLogits: given.dLogits(given.leaves.map(\.grad)))
        }
        return loss.data
    }

    /// A step of Adam with all gradients that were added.
    public func update() { engine.update() }
}

/// The logarithms of softmax, none of them infinite.
private func logSoftmax(_ logits: [Double]) -> [Double] {
    let largest = logits.max() ?? 0
    let total = largest + log(logits.reduce(0) { $0 + exp($1 - largest) })
    return logits.map { $0 - total }
}
