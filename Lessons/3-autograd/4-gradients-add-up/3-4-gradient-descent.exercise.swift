import MicroGPT

/// One step of plain gradient descent: moves each parameter against its gradient, by the learning
/// rate times the gradient, and sets the gradient to zero for the next step.
///
/// - Parameters:
///   - params: parameters with their gradients, any number of them.
///   - learningRate: above zero.
public func gradientDescentStep(_ params: [Value], learningRate: Double) throws {
    throw Unsolved()
}
