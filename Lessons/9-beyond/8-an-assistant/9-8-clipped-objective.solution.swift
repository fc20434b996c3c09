import MicroGPT

public func clippedObjective(
    logProb: Value, drawn: Double, advantage: Double, clip: Double
) throws -> Value {
    let ratio = (logProb - drawn).exp()
    let clipped = min(max(ratio.data, 1 - clip), 1 + clip) * advantage
    return clipped < ratio.data * advantage ? Value(clipped) : ratio * advantage
}
