import MicroGPT

public func gradientDescentStep(_ params: [Value], learningRate: Double) throws {
    for p in params {
        p.data -= learningRate * p.grad
        p.grad = 0
    }
}
