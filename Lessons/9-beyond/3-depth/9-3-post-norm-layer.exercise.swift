import MicroGPT

/// A layer as the Transformer of 2017 has it: post-norm.
///
/// Around attention, and then around the MLP: the block gets `x` as it is, its result is added to
/// `x`, and the sum is normalised.
///
/// - Parameters:
///   - x: a vector.
///   - attention, mlp: a vector in, one of the same length out. Call each once, with `try`.
/// - Returns: as many numbers as `x` has.
public func postNormLayer(
    _ x: [Value], attention: ([Value]) throws -> [Value], mlp: ([Value]) throws -> [Value]
) throws -> [Value] {
    throw Unsolved()
}
