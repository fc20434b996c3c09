public func stepDownhill(
    _ knobs: [Double], learningRate: Double, loss: ([Double]) -> Double
) throws -> [Double] {
    let h = 1e-5
    return knobs.indices.map { i in
        var (up, down) = (knobs, knobs)
        up[i] += h
        down[i] -= h
        return knobs[i] - learningRate * (loss(up) - loss(down)) / (2 * h)
    }
}
