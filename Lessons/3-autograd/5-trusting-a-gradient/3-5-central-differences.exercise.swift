import MicroGPT

/// The derivative of a function by each parameter, without `backward()`: by the central difference
/// (f(p + h) - f(p - h)) / 2h.
///
/// - Parameters:
///   - params: what to differentiate by. Afterwards their `data` is what it was.
///   - h: how far to move each, one at a time.
/// - Returns: a derivative for each parameter.
public func centralDifferences(
    of function: () -> Double, by params: [Value], h: Double
) throws -> [Double] {
    throw Unsolved()
}
