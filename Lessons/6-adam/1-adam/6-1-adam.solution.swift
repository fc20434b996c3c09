import Foundation
import MicroGPT

public func adamUpdate(
    _ params: [Value], m: inout [Double], v: inout [Double], step: Int, learningRate: Double,
    _ config: Config
) throws {
    let bias1 = 1 - pow(config.beta1, Double(step + 1))
    let bias2 = 1 - pow(config.beta2, Double(step + 1))
    for (i, p) in params.enumerated() {
        m[i] = config.beta1 * m[i] + (1 - config.beta1) * p.grad
        v[i] = config.beta2 * v[i] + (1 - config.beta2) * p.grad * p.grad
        let mHat = m[i] / bias1
        let vHat = v[i] / bias2
        p.data -= learningRate * mHat / (vHat.squareRoot() + config.epsilon)
        p.grad = 0
    }
}
