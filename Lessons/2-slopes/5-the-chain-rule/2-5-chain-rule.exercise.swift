/// The derivative of a chain of functions: the first takes x, and each takes what the one before it
/// gives.
///
/// Each link of the chain has a function and the derivative of that function alone. Multiply along
/// the chain.
///
/// - Parameters:
///   - links: the functions, the one that takes x first; there may be none.
///   - x: where to take the derivative.
/// - Returns: the derivative of the last link's result by x.
public func derivative(
    of links: [(f: (Double) -> Double, derivative: (Double) -> Double)], at x: Double
) throws -> Double {
    throw Unsolved()
}
