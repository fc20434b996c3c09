import MicroGPT

/// A layer as the Transformer of 2017 has it: post-norm.
///
/// Around attention, and then around the MLP: the block gets `x` as it is, its result is added to
/// `x`, and the sum is normalised.
///
/// Hints
/// - `rmsnorm` normalises. Here it is the last thing that happens to a sum, and not the first.
/// - What comes out of attention's half is what goes into that of the MLP, on both ways.
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
