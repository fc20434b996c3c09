import MicroGPT

/// The derivative of a function by each parameter, without `backward()`: by the central difference
/// (f(p + h) - f(p - h)) / 2h.
///
/// Hints
/// - `function()` computes f from the parameters' `data` as they are when it is called.
/// - After p + h and p - h, is p what it was, to the last bit? 0.3 + 0.1 - 0.1 is not 0.3.
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
