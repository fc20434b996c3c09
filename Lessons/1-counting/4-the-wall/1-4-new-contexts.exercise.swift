/// How much is new: of all questions in some names, the share whose context was never seen before.
///
/// A document of five tokens asks four questions: what is the second token, the third, … The context
/// of a question is the last `length` tokens before the answer, or all there are, if they are fewer.
/// With a length of 2 the contexts of [2, 0, 1, 2] are [2], [2, 0] and [0, 1].
///
/// - Parameters:
///   - heldOut: the documents that ask, at least one.
///   - training: the documents that were seen before.
///   - length: how many tokens to look back, at least 1.
public func shareOfNewContexts(
    in heldOut: [[Int]], after training: [[Int]], length: Int
) throws -> Double {
    throw Unsolved()
}
