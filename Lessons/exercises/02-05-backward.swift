import MicroGPT

/// The gradient of `root` by every number that it was made from, near or far.
///
/// All gradients are 0 at the start. Set the one of `root` to 1; then let each number pass on: to
/// each of its children it adds the local gradient times its own.
///
/// Hints
/// - A number may pass on only when it has got all that it will get: after everything that was made
///   from it. Depth first, each number after its children, that list reversed, is such an order.
/// - A number that was met before is not visited again. `ObjectIdentifier(node)` can go into a `Set`,
///   and `===` says whether two are the same.
/// - For all of these graphs a function that calls itself is good enough. Lesson 08 has others.
///
/// - Parameter root: the result. Only `grad` is to be changed, in it and in all under it.
public func backward(from root: Value) throws {
    throw Unsolved()
}
