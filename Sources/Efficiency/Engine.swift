import Foundation
import Inspection
import MicroGPT

/// A GPT that trains: the same model and mathematics as in MicroGPT.swift, in fewer nanoseconds.
///
/// Each rung of the ladder is one file, and tests compare it with the single file.
public protocol Engine {
    /// An engine with the parameters of a model, before the first step.
    ///
    /// - Throws: `UserError` if the model is out of the engine's range.
    init(_ gpt: GPT) throws(UserError)

    /// All parameters, in the order of `GPT.params`.
    var params: [Double] { get set }

    /// The steps so far and the moments, in the order of `params`.
    var adam: Adam { get set }

    /// The loss of documents, and its derivative by each parameter.
    ///
    /// - Parameter documents: each with BOS at both ends, as `Tokenizer.tokens(of:)` makes them.
    /// - Returns: the mean of the documents' losses, and its gradients in the order of `params`.
    mutating func lossAndGradients(_ documents: [[Int]]) -> (loss: Double, gradients: [Double])

    /// One step of training: documents forward, their loss backward, all parameters updated.
    ///
    /// - Returns: the mean of the documents' losses before the update. If it is not finite, nothing
    ///   is updated.
    mutating func trainStep(_ documents: [[Int]]) -> Double
}

/// The numbers that all parameters share in a step of Adam, computed as in `Adam.update`.
struct AdamStep {
    let learningRate, bias1, bias2: Double

    /// - Parameter step: the updates so far.
    init(after step: Int, _ config: Config) {
        learningRate = config.scheduledLearningRate(at: step)
        let now = Double(step)
        bias1 = 1 - power(config.beta1, now + 1)
        bias2 = 1 - power(config.beta2, now + 1)
    }
}

/// Traps if there is no document, one without a token that follows another, or no such token.
func expectDocuments(_ documents: [[Int]], vocabSize: Int) {
    require(!documents.isEmpty, "no documents")
    for tokens in documents {
        require(tokens.count >= 2, "a document of \(tokens.count) tokens, of 2 or more")
        for token in tokens where !(0..<vocabSize).contains(token) {
            fatalError("token \(token) of \(vocabSize)")
        }
    }
}
