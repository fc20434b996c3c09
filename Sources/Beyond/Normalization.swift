import Inspection
import MicroGPT

// Three norms with what microgpt leaves out: a learned gain for each place of the vector, and a
// learned bias. RMS norm and layer norm take one row, a vector, and need nothing else. Batch norm
// takes the columns of a batch; what it does to one row depends on the others, so it must keep
// means and variances for the time when there are no others.
//
//     x, gain, bias, runningMean, runningVariance   n          batch   rows, n

/// RMS norm with a gain (B. Zhang and R. Sennrich, "Root Mean Square Layer Normalization", 2019).
public struct RMSNorm {
    public let gain: [Value]

    /// - Parameter n: how many numbers a vector has; their gain is 1 at first.
    public init(_ n: Int) { gain = (0..<n).map { _ in Value(1) } }

    public func callAsFunction(_ x: [Value]) -> [Value] {
        zip(rmsnorm(x), gain).map { x, gain in x * gain }
    }
}

/// Layer norm with gain and bias (J. L. Ba, J. R. Kiros and G. E. Hinton, "Layer Normalization",
/// 2016), as in GPT-2.
public struct LayerNorm {
    public let gain, bias: [Value]

    /// - Parameter n: how many numbers a vector has; their gain is 1 and their bias 0 at first.
    public init(_ n: Int) {
        gain = (0..<n).map { _ in Value(1) }
        bias = gain.map { _ in Value(0) }
    }

    public func callAsFunction(_ x: [Value]) -> [Value] { affine(layernorm(x), gain, bias) }
}

/// Batch norm (S. Ioffe and C. Szegedy, "Batch Normalization: Accelerating Deep Network Training by
/// Reducing Internal Covariate Shift", 2015), which is one thing in training and another after it.
public struct BatchNorm {
    public let gain, bias: [Value]
    /// The means and variances of the columns, on average over the batches of training so far.
    public private(set) var runningMean, runningVariance: [Double]
    /// The share of the newest batch in these averages.
    public static let momentum = 0.1

    /// - Parameter n: how many columns a batch has; their gain is 1 and their bias 0 at first.
    public init(_ n: Int) {
        gain = (0..<n).map { _ in Value(1) }
        bias = gain.map { _ in Value(0) }
        runningMean = gain.map { _ in 0 }
        runningVariance = gain.map { _ in 1 }
    }

    /// Training: each column of the batch to mean 0 and variance 1, which is layer norm of columns.
    ///
    /// - Parameter batch: two rows at least; of a single one nothing would be left.
    public mutating func train(_ batch: Matrix) -> Matrix {
        require(batch.count > 1, "a batch of \(batch.count) has no variance")
        let columns = gain.indices.map { j in batch.map { $0[j] } }
        for (j, column) in columns.enumerated() { remember(column.map(\.data), of: j) }
        let normed = columns.map(layernorm)
        return batch.indices.map { i in affine(normed.map { $0[i] }, gain, bias) }
    }

    /// After training: one row, by the means and variances kept. They are plain numbers.
    public func test(_ x: [Value]) -> [Value] {
        let normed = x.indices.map { j in
            (x[j] - runningMean[j]) * power(runningVariance[j] + 1e-5, -0.5)
        }
        return affine(normed, gain, bias)
    }

    /// The variance that is kept is that of all rows there could be, as estimated from these: by
    /// n - 1, and not by n as within the batch.
    private mutating func remember(_ column: [Double], of j: Int) {
        let mean = column.reduce(0, +) / Double(column.count)
        let squares = column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let variance = squares / Double(column.count - 1)
        runningMean[j] += Self.momentum * (mean - runningMean[j])
        runningVariance[j] += Self.momentum * (variance - runningVariance[j])
    }
}

private func affine(_ x: [Value], _ gain: [Value], _ bias: [Value]) -> [Value] {
    x.indices.map { j in x[j] * gain[j] + bias[j] }
}
