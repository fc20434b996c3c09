import MicroGPT

/// What the model begins with: the row of `wte` for the token, plus the row of `wpe` for the
/// position, number by number.
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
