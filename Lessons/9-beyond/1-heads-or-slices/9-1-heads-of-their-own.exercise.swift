import MicroGPT

/// Several heads, each with small matrices of its own, at the last of some positions.
///
/// Each head makes a query of the last position, and a key and a value of every position; it looks
/// at all positions. The outputs of the heads stand one behind the other in the result, head 0 first.
///
/// - Parameters:
///   - xs: the numbers of each position, at least one position.
///   - wq, wk, wv: a matrix for each head, all of the same size: headDim rows of nEmbd.
/// - Returns: as many numbers as there are heads times headDim.
public func headsOfTheirOwn(
    _ xs: [[Value]], _ wq: [Matrix], _ wk: [Matrix], _ wv: [Matrix]
) throws -> [Value] {
    throw Unsolved()
}
