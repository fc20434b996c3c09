import Foundation
import MicroGPT

public func scheduledRate(step: Int, _ config: Config) throws -> Double {
    let done = Double(step) / Double(config.numSteps)
    return switch config.schedule {
    case .cosine: config.learningRate * 0.5 * (1 + cos(.pi * done))
    case .linear: config.learningRate * (1 - done)
    }
}
