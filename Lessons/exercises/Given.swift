// What the exercises start from. Nothing is to be done here.

/// Thrown by an exercise that nobody has solved yet.
public struct Unsolved: Error {
    public init() {}
}

/// A number that remembers what it was made from, in the form that microgpt.py gives it: for each
/// number that it was made from, the derivative by it. For the exercises of module 02.
public final class Node {
    public var data: Double
    public var grad = 0.0
    public let children: [Node]
    /// The derivative of this number by each child.
    public let localGrads: [Double]

    public init(_ data: Double, children: [Node] = [], localGrads: [Double] = []) {
        precondition(
            children.count == localGrads.count,
            "\(children.count) children with \(localGrads.count) local gradients")
        (self.data, self.children, self.localGrads) = (data, children, localGrads)
    }
}

/// What made a number on the tape of exercise 07-03.
public enum Code: UInt8, Sendable { case leaf, add, multiply, exp }
