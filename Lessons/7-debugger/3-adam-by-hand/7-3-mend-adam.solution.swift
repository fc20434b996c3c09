import Foundation
import MicroGPT

public func mendedAdam(
    _ param: Value, _ m: inout Double, _ v: inout Double, step: Int, _ config: Config
) throws {
    let bias1 = 1 - pow(config.beta1, Double(step + 1))
    let bias2 = 1 - pow(config.beta2, Double(step + 1))
    m = config.beta1 * m + (1 - config.beta1) * param.grad
    v = config.beta2 * v + (1 - config.beta2) * pow(param.grad, 2)
    let mHat = m / bias1
    let vHat = v / bias2
    param.data -= config.learningRate * mHat / (vHat.squareRoot() + config.epsilon)
    param.grad = 0
}
