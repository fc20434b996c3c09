import Foundation
import MicroGPT

/// One update of one parameter by Adam, mended.
///
/// `brokenAdam` below has three mistakes: two that its first update cannot show, and one that it
/// does. Take its lines over, and mend all three.
///
/// - Parameters:
///   - param: its `grad` is the gradient of this step; 0 afterwards.
///   - m: its first moment; 0 before the first update.
///   - v: its second moment; the same.
///   - step: how many updates there were before this one.
///   - config: `learningRate` is that of this step; `beta1`, `beta2` and `epsilon` are Adam's.
public func mendedAdam(
    _ param: Value, _ m: inout Double, _ v: inout Double, step: Int, _ config: Config
) throws {
    throw Unsolved()
}

private func brokenAdam(
    _ param: Value, _ m: inout Double, _ v: inout Double, step: Int, _ config: Config
) {
    let bias1 = 1 - pow(config.beta1, Double(step))
    let bias2 = 1 - pow(config.beta2, Double(step))
    m = config.beta1 * m + (1 - config.beta1) * param.grad
    v = config.beta2 * v + (1 - config.beta2) * pow(param.grad, 2)
    m = m / bias1
    v = v / bias2
    param.data -= config.learningRate * m / (v.squareRoot() + config.epsilon)
}
