import MicroGPT

/// All nodes of a graph in an order in which each comes after its children: `root` and all that it
/// was made from, near or far, each once.
///
/// Of all such orders, give the one of microgpt.py: depth first, children from left to right. A node
/// is put into the list when all its children are in it; `root` comes last.
///
/// - Parameter root: the result of a computation.
/// - Returns: the nodes, children first.
public func topologicalOrder(of root: Value) throws -> [Value] {
    throw Unsolved()
}
