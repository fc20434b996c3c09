import Inspection
import MicroGPT

public func geluFeedForward(
    _ x: [Value], _ w1: Matrix, _ b1: [Value], _ w2: Matrix, _ b2: [Value]
) throws -> [Value] {
    let units = zip(linear(x, w1), b1).map { sum, bias in gelu(sum + bias) }
    return zip(linear(units, w2), b2).map { sum, bias in sum + bias }
}

private func gelu(_ x: Value) -> Value {
    0.5 * x * (1 + ((2 / Double.pi).squareRoot() * (x + 0.044715 * x.pow(3))).tanh())
}
