import MicroGPT

/// One head of attention at the last of several positions.
///
/// For each position so far, the logit is the dot product of the query with that position's key,
/// divided by the square root of the head's width. The softmax of the logits are the weights. The
/// result is the sum of all values, each times its position's weight.
///
/// - Parameters:
///   - q: the query of the last position.
///   - keys: a key for each position so far, as long as `q`.
///   - values: a value for each position so far, as long as `q`.
/// - Returns: the head's output, as long as `q`.
public func oneHead(q: [Value], keys: [[Value]], values: [[Value]]) throws -> [Value] {
    throw Unsolved()
}
