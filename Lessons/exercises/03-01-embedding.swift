import MicroGPT

/// What the model begins with: the row of `wte` for the token, plus the row of `wpe` for the
/// position, number by number.
///
/// Hints
/// - A row is looked up, not computed: `wte[tokenID]` is a list of `Value`s.
/// - `zip(a, b)` gives the pairs of two lists. Each sum is a new `Value`; the tables stay as they are.
///
/// - Parameters:
///   - tokenID: a row of `wte`.
///   - posID: a row of `wpe`.
///   - wte: a row of nEmbd numbers for each token.
///   - wpe: a row of nEmbd numbers for each position.
/// - Returns: nEmbd numbers.
public func embedding(
    of tokenID: Int, at posID: Int, _ wte: Matrix, _ wpe: Matrix
) throws -> [Value] {
    throw Unsolved()
}
