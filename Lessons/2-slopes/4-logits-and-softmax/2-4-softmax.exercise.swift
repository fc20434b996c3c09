import MicroGPT

/// Any numbers as probabilities: none below zero, in the same order, with sum 1.
///
/// Write it with the operations of `Value`, so that gradients go back through it, and without calling
/// `softmax`.
///
/// - Parameter logits: at least one number.
/// - Returns: a probability for each.
public func stableSoftmax(_ logits: [Value]) throws -> [Value] {
    throw Unsolved()
}
