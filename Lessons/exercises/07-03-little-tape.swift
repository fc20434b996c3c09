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
/// Hints
/// - One gradient for each number, in an array: 1 for the last, 0 for all others.
/// - In which order must numbers pass on, so that each has got all that it will get? The tape has one
///   that needs no search.
/// - A number may be used many times, and also twice by the same number: `a[i] == b[i]`.
///
/// - Returns: a gradient for each number; 0 if the last one was not made from it.
public func tapeGradients(
    _ codes: [Code], _ a: [Int], _ b: [Int], _ data: [Double]
) throws -> [Double] {
    throw Unsolved()
}
