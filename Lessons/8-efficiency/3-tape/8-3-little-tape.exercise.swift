/// The way back over a tape: the derivative of its last number by each number on it.
///
/// A number is an index. `codes[i]` says what made number i, `a[i]` and `b[i]` which numbers it was
/// made from. They are always on the tape before it. An `exp` is of `a[i]`; its `b[i]`, and both
/// indices of a leaf, mean nothing.
///
/// | `codes[i]` | `data[i]` |
/// |---|---|
/// | `.leaf` | anything |
/// | `.add` | `data[a[i]] + data[b[i]]` |
/// | `.multiply` | `data[a[i]] * data[b[i]]` |
/// | `.exp` | the exponential of `data[a[i]]` |
///
/// - Returns: a gradient for each number; 0 if the last one was not made from it.
public func tapeGradients(
    _ codes: [Code], _ a: [Int], _ b: [Int], _ data: [Double]
) throws -> [Double] {
    throw Unsolved()
}
