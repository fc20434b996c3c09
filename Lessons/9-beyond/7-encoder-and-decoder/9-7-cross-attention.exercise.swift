import MicroGPT

/// Attention from a decoder to an encoder: for each position of the decoder, the outputs of all
/// heads, side by side.
///
/// The queries are made from the decoder's vectors, the keys and the values from the encoder's.
/// Every position of the decoder looks at every position of the encoder.
///
/// - Parameters:
///   - xs: the vector of each position of the decoder.
///   - encoded: the vector of each position of the encoder; as long, but there may be more or fewer.
///   - nHead: the number of heads; the length of a vector can be divided by it.
/// - Returns: as many vectors as `xs` has, before any output matrix.
public func crossAttention(
    xs: [[Value]], encoded: [[Value]], wq: Matrix, wk: Matrix, wv: Matrix, nHead: Int
) throws -> [[Value]] {
    throw Unsolved()
}
