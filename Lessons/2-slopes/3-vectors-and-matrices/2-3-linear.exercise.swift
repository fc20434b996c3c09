/// A matrix times a vector: for each row of `w`, the sum of its numbers times those of `x`.
///
/// - Parameters:
///   - w: rows of as many numbers as `x` has.
///   - x: at least one number.
/// - Returns: a number for each row.
public func multiply(_ w: [[Double]], _ x: [Double]) throws -> [Double] {
    throw Unsolved()
}
