import MicroGPT

/// The loss of a document: minus the logarithm of the probability that the model gives to each token
/// from those before, on average over the first `gpt.config.blockSize` predictions.
///
/// Write it with `gpt.forward`, `softmax` and the operations of `Value`, so that `backward()` finds
/// the way back to each parameter.
///
/// Hints
/// - The cache begins as `gpt.emptyCache`.
/// - At each position the model reads one token; the next one is what it should have said. So there is
///   one prediction fewer than there are tokens.
/// - `sum` adds a list of `Value`s.
/// - Write `softmax`. Without `MicroGPT.` the name could also be that of exercise 03-03.
///
/// - Parameter tokens: at least two ids, with BOS at both ends.
/// - Returns: one number, at the end of one graph.
public func documentLoss(_ tokens: [Int], _ gpt: GPT) throws -> Value {
    throw Unsolved()
}
