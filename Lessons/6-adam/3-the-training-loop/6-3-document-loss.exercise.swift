import MicroGPT

/// The loss of a document: minus the logarithm of the probability that the model gives to each token
/// from those before, on average over the first `gpt.config.blockSize` predictions.
///
/// Write it with `gpt.forward`, `softmax` and the operations of `Value`, so that `backward()` finds
/// the way back to each parameter.
///
/// - Parameter tokens: at least two ids, with BOS at both ends.
/// - Returns: one number, at the end of one graph.
public func documentLoss(_ tokens: [Int], _ gpt: GPT) throws -> Value {
    throw Unsolved()
}
