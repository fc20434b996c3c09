import Foundation
import MicroGPT

/// Draws a token: the probabilities of logits / temperature, and a choice by their cumulative sums.
///
/// The sum of the probabilities of tokens 0 to i is where token i's part of the line from 0 to 1 ends.
/// The token drawn is the first whose part ends beyond `random`.
///
/// - Parameters:
///   - logits: one for each token.
///   - temperature: above 0.
///   - random: from 0 to below 1, each number equally likely.
/// - Returns: the token's id.
public func sampleToken(_ logits: [Double], temperature: Double, random: Double) throws -> Int {
    throw Unsolved()
}
