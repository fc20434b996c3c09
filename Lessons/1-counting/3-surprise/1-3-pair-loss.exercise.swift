import Foundation

/// The loss of the simplest model of all: it has learned by counting pairs of tokens.
///
/// Its probability that `next` follows `token` is
///
///     (1 + how often next follows token) / (vocabSize + how often anything follows token)
///
/// counted in all of `documents`. The ones make up for what has not been seen yet. The loss of a
/// document is minus the logarithm of the probability of each of its tokens from the one before, on
/// average: a document of five tokens has four such pairs.
///
/// - Parameters:
///   - document: at least two token ids, with BOS at both ends.
///   - documents: what to count in, of the same form.
///   - vocabSize: ids are below it.
public func pairLoss(
    _ document: [Int], countedIn documents: [[Int]], vocabSize: Int
) throws -> Double {
    throw Unsolved()
}
