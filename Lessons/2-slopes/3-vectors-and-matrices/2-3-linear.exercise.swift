import MicroGPT

/// A matrix times a vector: for each row of `w`, the sum of its numbers times those of `x`.
///
/// Write it with `+` and `*` of `Value` first, then with `dot`, and without calling `linear`.
///
/// - Parameters:
///   - w: rows of as many numbers as `x` has.
///   - x: at least one number.
/// - Returns: a number for each row.
public func multiply(_ w: Matrix, _ x: [Value]) throws -> [Value] {
    throw Unsolved()
}
