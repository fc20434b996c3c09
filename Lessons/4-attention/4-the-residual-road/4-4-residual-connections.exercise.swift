import MicroGPT

/// A block, that is attention or the MLP, with its residual connection.
///
/// The block gets `x` normalised by `rmsnorm`; what it gives is added to `x` as it was.
///
/// - Parameters:
///   - x: a vector.
///   - block: attention or an MLP: a vector in, one of the same length out. Call it once, with `try`.
/// - Returns: as many numbers as `x` has.
public func withResidual(
    _ x: [Value], _ block: ([Value]) throws -> [Value]
) throws -> [Value] {
    throw Unsolved()
}
