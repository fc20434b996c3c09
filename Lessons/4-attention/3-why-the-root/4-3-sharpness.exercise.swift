import MicroGPT

/// How sharply a head chooses: of the attention that a query shares out among keys, the largest
/// share, on average over several queries.
///
/// 1 means that one key gets everything, and 1 / keys.count that all get the same.
///
/// - Parameters:
///   - queries: one or more, all of the same length.
///   - keys: one or more, as long as the queries. Each query is matched with all of them.
///   - withRoot: whether a match is divided by the root of that length before softmax.
/// - Returns: the average of the largest shares.
public func sharpness(
    queries: [[Value]], keys: [[Value]], withRoot: Bool
) throws -> Double {
    throw Unsolved()
}
