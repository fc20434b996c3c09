import MicroGPT

/// Documents side by side: the first tokens of all of them, then the second tokens of those that
/// have one, and so on.
///
/// Each token that predicts another gets a column. The longest document comes first at every
/// position, and of two with the same length the one that was given first. So document number d,
/// in that order, has its token of position t in column `starts[t] + d`, for every t that it has.
///
/// - Parameter documents: each of at least two tokens, with BOS at both ends.
/// - Returns: where each position's columns start, and for each column its token and its target,
///   which is the token that follows.
public func packByPosition(
    _ documents: [[Int]], blockSize: Int
) throws -> (starts: [Int], tokens: [Int], targets: [Int]) {
    throw Unsolved()
}
