public func derivative(
    of links: [(f: (Double) -> Double, derivative: (Double) -> Double)], at x: Double
) throws -> Double {
    var (value, product) = (x, 1.0)
    for link in links {
        product *= link.derivative(value)
        value = link.f(value)
    }
    return product
}
