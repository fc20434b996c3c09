/// The sum of two numbers, as a new `Node`: it knows its two children, and the derivative by each.
///
/// `Node` is in Given.swift. It is made by
/// `Node(data, children: [first, second], localGrads: [byFirst, bySecond])`.
///
/// Hint
/// - If a grows by a little bit, by how much does a + b grow?
///
/// - Returns: a node with a's number plus b's. Neither a nor b is changed.
public func add(_ a: Node, _ b: Node) throws -> Node {
    throw Unsolved()
}

/// The product of two numbers, as a new `Node`, in the same way.
///
/// Hint
/// - A rectangle is a wide and b high. If a grows by a little bit, how much area is added?
///
/// - Returns: a node with a's number times b's. Neither a nor b is changed.
public func multiply(_ a: Node, _ b: Node) throws -> Node {
    throw Unsolved()
}
