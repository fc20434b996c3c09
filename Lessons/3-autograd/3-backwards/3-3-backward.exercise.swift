import MicroGPT

/// The gradient of `root` by every number that it was made from, near or far.
///
/// All gradients are 0 at the start. Set the one of `root` to 1; then let each number pass on: to
/// each of its children it adds the local gradient times its own.
///
/// - Parameter root: the result. Only `grad` is to be changed, in it and in all under it.
public func backward(from root: Value) throws {
    throw Unsolved()
}
