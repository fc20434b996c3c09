import MicroGPT

/// The backward pass of microgpt.py, mended: a second call adds exactly the same to the leaves again.
///
/// `backwardThatCompounds` below is right once. At a second call on the same graph, what is neither
/// a leaf nor the result still has its gradient from the first, and passes that on once more. Take
/// its lines over, and put in what is missing; `Value` is in MicroGPT.swift.
///
/// After any number of calls, leaves have the sum of what each call gave them, and all other nodes
/// the gradients of the last call alone.
///
/// - Parameter root: the result, whose gradient is 1 after each call; it has children.
public func backwardAgain(_ root: Value) throws {
    throw Unsolved()
}

private func backwardThatCompounds(_ root: Value) {
    var order: [Value] = []
    var visited: Set<ObjectIdentifier> = []
    func visit(_ node: Value) {
        guard visited.insert(ObjectIdentifier(node)).inserted else { return }
        for child in node.children { visit(child) }
        order.append(node)
    }
    visit(root)
    root.grad = 1
    for node in order.reversed() {
        for (child, localGrad) in zip(node.children, node.localGrads) {
            child.grad += localGrad * node.grad
        }
    }
}
