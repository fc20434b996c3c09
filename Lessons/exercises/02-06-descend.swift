import MicroGPT

/// One step of gradient descent on several documents at once: each parameter goes against the mean
/// of its gradients, `learningRate` times as far.
///
/// Hints
/// - Call each of `losses` once: it makes the graph of one document from the parameters as they are
///   now, and gives its loss. `backward()` adds what it finds to what the parameters have.
/// - What others have left in the gradients must not count, and nothing may be left for the next
///   step.
///
/// - Parameters:
///   - params: leaves. Their `data` is changed, and their `grad` is 0 afterwards.
///   - losses: for each document, what makes its loss. At least one.
public func descend(
    _ params: [Value], on losses: [() -> Value], learningRate: Double
) throws {
    throw Unsolved()
}
