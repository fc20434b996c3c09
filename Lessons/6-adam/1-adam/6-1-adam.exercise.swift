import Foundation
import MicroGPT

/// One update by Adam: brings both moments of each gradient up to date, moves each parameter, and
/// sets its gradient to zero.
///
/// - Parameters:
///   - params: parameters with their gradients.
///   - m: the first moment of each gradient, as the update before left it; 0 at first.
///   - v: the second moment of each gradient, likewise.
///   - step: how many updates there were before: 0 at the first.
///   - learningRate: the rate of this step; the schedule is in it already.
///   - config: has `beta1`, `beta2` and `epsilon`.
public func adamUpdate(
    _ params: [Value], m: inout [Double], v: inout [Double], step: Int, learningRate: Double,
    _ config: Config
) throws {
    throw Unsolved()
}
