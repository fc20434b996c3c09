import MicroGPT

/// Who adds to a gradient: a watchpoint in a few lines of Swift.
///
/// After `root.backward()`, each number has its gradient, and has passed it on: to each child, times
/// the slope for that child. Find everybody who has passed something on to `number`.
///
/// - Parameters:
///   - number: whose gradient is watched. It is a leaf, and its gradient is 0 at first.
///   - root: the result; `backward()` has not been called yet.
/// - Returns: what each use of `number` has added to its gradient, in any order. A number that is
///   used twice in one place, as in `x * x`, is used twice.
public func messages(to number: Value, from root: Value) throws -> [Double] {
    throw Unsolved()
}
