import MicroGPT

/// The outputs of all heads at one position, side by side: `xAttn`.
///
/// Cut the query, and the key and the value of every position, into `nHead` slices of equal length.
/// Head h works with slice h of all three: its logits are the dot products of its query with its
/// keys, divided by the square root of the length of a slice; their softmax are its weights; its
/// output are the values' slices, each times its weight, added up.
///
/// - Parameters:
///   - q: the query of this position; its length can be divided by `nHead`.
///   - keys: the key of each position so far, as long as `q`.
///   - values: the value of each position so far, as long as `q`.
/// - Returns: as many numbers as `q` has: head 0's output, then head 1's, and so on.
public func multiHeadAttention(
    q: [Value], keys: [[Value]], values: [[Value]], nHead: Int
) throws -> [Value] {
    throw Unsolved()
}
