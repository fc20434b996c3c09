import MicroGPT

/// One step of gradient descent on several documents at once: each parameter goes against the mean
/// of its gradients, `learningRate` times as far.
///
/// - Parameters:
///   - params: leaves. Their `data` is changed, and their `grad` is 0 afterwards.
///   - losses: for each document, what makes its loss. At least one.
public func descend(
    _ params: [Value], on losses: [() -> Value], learningRate: Double
) throws {
    throw Unsolved()
}
