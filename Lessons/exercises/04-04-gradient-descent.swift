import MicroGPT

/// One step of plain gradient descent: moves each parameter against its gradient, by the learning
/// rate times the gradient, and sets the gradient to zero for the next step.
///
/// Hints
/// - A gradient above zero says that the loss rises when the parameter does.
/// - `Value` is a class: to set `data` of an element changes the parameter itself.
///
/// - Parameters:
///   - params: parameters with their gradients, any number of them.
///   - learningRate: above zero.
public func gradientDescentStep(_ params: [Value], learningRate: Double) throws {
    throw Unsolved()
}
