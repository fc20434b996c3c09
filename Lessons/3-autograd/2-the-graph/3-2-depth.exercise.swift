import MicroGPT

/// The depth of a graph: how many steps, from a number to one of its children, it is from `root` to
/// the farthest leaf. A leaf alone has depth 0.
///
/// Without recursion: the graph may be a hundred thousand steps deep, and the stack small.
public func depth(of root: Value) throws -> Int {
    throw Unsolved()
}
