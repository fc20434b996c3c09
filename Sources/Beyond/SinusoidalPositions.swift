import Foundation
import Inspection
import MicroGPT

/// Positions as waves, without a parameter: of the numbers 2i and 2i + 1 of a position's vector, one
/// is the sine and the other the cosine of position · 10000^(-2i / n) (A. Vaswani et al., "Attention
/// Is All You Need", 2017).
public struct SinusoidalPositions: Sendable {
    /// How many numbers a position has, an even number.
    public let count: Int

    public init(count: Int) {
        require(count > 0 && count.isMultiple(of: 2), "\(count) numbers are not n / 2 pairs")
        self.count = count
    }

    /// By how much the angle of each pair grows from a position to the next, in radians.
    public var frequencies: [Double] { slownesses.map { 1 / $0 } }

    /// How many positions each pair takes for a radian.
    private var slownesses: [Double] {
        stride(from: 0, to: count, by: 2).map { i in power(10_000, Double(i) / Double(count)) }
    }

    /// The vector of a position: `count` numbers from -1 to 1, sine and cosine in turn.
    public func vector(at position: Int) -> [Double] {
        slownesses.flatMap { s in [sin(Double(position) / s), cos(Double(position) / s)] }
    }

    /// The matrix that takes the vector of any position t to that of t + offset: for each pair a
    /// rotation by offset · frequency, by the addition theorems of sine and cosine.
    public func rotation(by offset: Int) -> [[Double]] {
        var matrix = [[Double]](repeating: Array(repeating: 0, count: count), count: count)
        for (pair, w) in frequencies.enumerated() {
            let (i, angle) = (2 * pair, Double(offset) * w)
            (matrix[i][i], matrix[i][i + 1]) = (cos(angle), sin(angle))
            (matrix[i + 1][i], matrix[i + 1][i + 1]) = (-sin(angle), cos(angle))
        }
        return matrix
    }

    /// How far the rotation is off from the vector itself, at most, over positions 0 to `positions` - 1.
    public func rotationError(by offset: Int, positions: Int) -> Double {
        let matrix = rotation(by: offset)
        return (0..<positions).flatMap { t in
            let (from, to) = (vector(at: t), vector(at: t + offset))
            return zip(matrix, to).map { row, number in abs(Self.dot(row, from) - number) }
        }.max() ?? 0
    }

    /// The dot product of two positions' vectors, which depends on their distance only: the sum of
    /// cos(distance · frequency).
    public func product(_ s: Int, _ t: Int) -> Double { Self.dot(vector(at: s), vector(at: t)) }

    private static func dot(_ a: [Double], _ b: [Double]) -> Double {
        zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    }
}

extension GPT {
    /// Puts waves of this height in the place of the learned positions.
    ///
    /// - Returns: the parameters that are left to be trained: all but `wpe`.
    public func useSinusoidalPositions(height: Double = 1) -> [Value] {
        let positions = SinusoidalPositions(count: config.nEmbd)
        for (t, row) in wpe.enumerated() {
            for (p, number) in zip(row, positions.vector(at: t)) { p.data = height * number }
        }
        let fixed = Set(wpe.joined().map(ObjectIdentifier.init))
        return params.filter { !fixed.contains(ObjectIdentifier($0)) }
    }

    /// The losses at each position, of the documents that reach so far.
    public func lossesByPosition(on documents: [String]) throws(UserError) -> [[Double]] {
        var losses = [[Double]](repeating: [], count: config.blockSize)
        for document in documents {
            let tokens = try tokenizer.tokens(of: document)
            for (posID, loss) in Parts().losses(self, tokens).enumerated() {
                losses[posID].append(loss.data)
            }
        }
        return losses.prefix { !$0.isEmpty }
    }
}
