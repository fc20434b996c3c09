import MicroGPT

// Two norms, both made of operations of `Value`, so that gradients go back through all of them.

/// The numbers divided by their root mean square: the root of (the mean of the squares + 1e-5).
///
/// - Parameter x: at least one number.
/// - Returns: as many numbers, whose mean square is 1, or nearly so.
public func rmsNorm(_ x: [Value]) throws -> [Value] {
    throw Unsolved()
}

/// The numbers minus their mean, divided by the root of (their variance + 1e-5).
///
/// - Parameter x: at least one number.
/// - Returns: as many numbers, with mean 0 and variance 1, or nearly so.
public func layerNorm(_ x: [Value]) throws -> [Value] {
    throw Unsolved()
}
