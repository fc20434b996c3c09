import MicroGPT

public func descend(
    _ params: [Value], on losses: [() -> Value], learningRate: Double
) throws {
    for p in params { p.grad = 0 }
    for loss in losses { loss().backward() }
    for p in params {
        p.data -= learningRate * p.grad / Double(losses.count)
        p.grad = 0
    }
}
