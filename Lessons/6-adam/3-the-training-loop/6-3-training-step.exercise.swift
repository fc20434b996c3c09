import MicroGPT

/// One step of training: a document forward, its loss backward, an update; and no gradient is left
/// for the next step.
///
/// - Parameters:
///   - gpt: the model.
///   - document: what to train on.
///   - update: moves all parameters of the model, each by its gradient.
/// - Returns: the loss before the update.
public func trainingStep(_ gpt: GPT, _ document: String, update: () -> Void) throws -> Double {
    throw Unsolved()
}
