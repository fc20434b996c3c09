/// How often each token came right after each.
///
/// A document is a list of ids with BOS at both ends, such as [2, 0, 1, 2]. That one has three pairs:
/// 2 0, 0 1 and 1 2. No pair reaches from one document into the next.
///
/// - Parameters:
///   - documents: what to count in.
///   - vocabSize: ids are below it.
/// - Returns: a row for each token, and in it a count for each token that may follow.
public func countPairs(_ documents: [[Int]], vocabSize: Int) throws -> [[Int]] {
    throw Unsolved()
}
