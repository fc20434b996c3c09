import MicroGPT

/// Where a gradient check fails: the matrices for which `backward()` finds a wrong gradient.
///
/// Compare each parameter's gradient with the central difference (f(p + h) - f(p - h)) / 2h, where
/// h is 1e-5. It is wrong if the two are further apart than 1e-5 times the larger of them (without
/// its sign), or of 1e-4 if both are smaller than that.
///
/// - Parameters:
///   - matrices: all parameters, as `GPT.stateDict` has them.
///   - loss: makes the loss anew from the parameters at each call.
/// - Returns: the names of the matrices with a wrong gradient, in the order given.
public func wrongMatrices(
    _ matrices: [(name: String, matrix: Matrix)], loss: () -> Value
) throws -> [String] {
    throw Unsolved()
}
