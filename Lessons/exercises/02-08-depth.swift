import MicroGPT

/// The depth of a graph: how many steps, from a number to one of its children, it is from `root` to
/// the farthest leaf. A leaf alone has depth 0.
///
/// Without recursion: the graph may be a hundred thousand steps deep, and the stack small.
///
/// Hints
/// - Keep a list of your own of what is still to be done, and take from its end. A number whose
///   children all have a depth by now gets its own; any other one has to wait for them.
/// - A dictionary `[ObjectIdentifier: Int]` can hold what is known: `ObjectIdentifier(root)`.
/// - Each number once, however many ways lead to it; or the answer may take longer than you live.
public func depth(of root: Value) throws -> Int {
    throw Unsolved()
}
