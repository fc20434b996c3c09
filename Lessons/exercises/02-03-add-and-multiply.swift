import MicroGPT

/// The sum of two numbers, as a new `Value`: it knows its two children, and the derivative by each.
///
/// It is made by
/// `Value(data, [first, second], [byFirst, bySecond])`.
///
/// Hint
/// - If a grows by a little bit, by how much does a + b grow?
///
/// - Returns: a node with a's number plus b's. Neither a nor b is changed.
public func add(_ a: Value, _ b: Value) throws -> Value {
    throw Unsolved()
}

/// The product of two numbers, as a new `Value`, in the same way.
///
/// Hint
/// - A rectangle is a wide and b high. If a grows by a little bit, how much area is added?
///
/// - Returns: a node with a's number times b's. Neither a nor b is changed.
public func multiply(_ a: Value, _ b: Value) throws -> Value {
    throw Unsolved()
}
