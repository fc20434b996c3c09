import MicroGPT

/// Batch norm as it is in training: each column of the batch to mean 0 and variance 1, times a gain
/// and plus a bias for each column.
///
/// Write it with the operations of `Value`, so that gradients go back through all of it.
///
/// - Parameters:
///   - batch: at least two rows, all as long as `gain`.
///   - gain, bias: a number for each column.
/// - Returns: as many rows, each as long.
public func batchNorm(_ batch: Matrix, gain: [Value], bias: [Value]) throws -> Matrix {
    throw Unsolved()
}
