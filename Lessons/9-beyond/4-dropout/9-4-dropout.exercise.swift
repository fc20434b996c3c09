import MicroGPT
import PythonRandom

/// Inverted dropout.
///
/// In training, each number is dropped with probability `rate`, that is, it becomes 0; what is kept
/// is divided by 1 - `rate`. Otherwise nothing is done, and no random number is drawn.
///
/// - Parameters:
///   - x: any numbers.
///   - rate: from 0 to below 1.
///   - isTraining: whether the model trains.
/// - Returns: as many numbers as `x` has.
public func droppedOut(
    _ x: [Value], rate: Double, isTraining: Bool, rng: inout PythonRandom
) throws -> [Value] {
    throw Unsolved()
}
