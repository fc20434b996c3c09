public func slope(of f: (Double) -> Double, at x: Double) throws -> Double {
    let h = 1e-5
    return (f(x + h) - f(x - h)) / (2 * h)
}
