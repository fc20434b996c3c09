import MicroGPT

/// What a token of an answer has in PPO's objective, which is to be made large:
///
///     min(ratio A, clip(ratio, 1 - clip, 1 + clip) A)
///
/// Here A is the token's advantage, the ratio is that of its probability now to its probability when
/// it was drawn, and clip(x, low, high) is x, but low if x is below it, and high if x is above.
///
/// - Parameters:
///   - logProb: the logarithm of the token's probability now.
///   - drawn: the same when it was drawn.
///   - advantage: A, above or below 0.
///   - clip: above 0 and below 1.
public func clippedObjective(
    logProb: Value, drawn: Double, advantage: Double, clip: Double
) throws -> Value {
    throw Unsolved()
}
