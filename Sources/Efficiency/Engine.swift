import MicroGPT

/// A GPT that trains: the same model and mathematics as in MicroGPT.swift, in fewer nanoseconds.
///
/// Each rung of the ladder is one file, and tests compare it with the single file.
public protocol Engine {
    /// An engine with the parameters of a model.
    init(_ gpt: GPT)

    /// All parameters, in the order of `GPT.params`.
    var params: [Double] { get set }

    /// The loss of documents, and its derivative by each parameter.
    ///
    /// - Parameter documents: each with BOS at both ends, as `Tokenizer.encode` makes them.
    /// - Returns: the mean of the documents' losses, and its gradients in the order of `params`.
    mutating func lossAndGradients(_ documents: [[Int]]) -> (loss: Double, gradients: [Double])
}
