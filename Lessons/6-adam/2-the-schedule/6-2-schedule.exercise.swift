import Foundation
import MicroGPT

/// The learning rate of a step: all of `config.learningRate` at the first step, less at each step
/// after it, and none when all steps are done.
///
/// - Parameters:
///   - step: how many updates there were before: 0 at the first, `config.numSteps - 1` at the last.
///   - config: has `learningRate`, `schedule` and `numSteps`.
public func scheduledRate(step: Int, _ config: Config) throws -> Double {
    throw Unsolved()
}
