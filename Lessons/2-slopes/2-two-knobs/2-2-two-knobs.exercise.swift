/// One step downhill: every knob is turned against its own slope.
///
/// The slope along a knob is found by nudging this knob alone, up and down, while all others stand
/// where they stood before the step. It should be right to 6 digits.
///
/// - Parameters:
///   - knobs: where they stand.
///   - learningRate: how far to turn a knob for each 1 of its slope.
///   - loss: what to lower; it may be called as often as you like.
/// - Returns: where they stand after the step.
public func stepDownhill(
    _ knobs: [Double], learningRate: Double, loss: ([Double]) -> Double
) throws -> [Double] {
    throw Unsolved()
}
