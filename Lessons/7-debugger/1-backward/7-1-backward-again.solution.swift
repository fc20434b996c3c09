import MicroGPT

public func backwardAgain(_ root: Value) throws {
    var order: [Value] = []
    var visited: Set<ObjectIdentifier> = []
    func visit(_ node: Value) {
        guard visited.insert(ObjectIdentifier(node)).inserted else { return }
        for child in node.children { visit(child) }
        order.append(node)
    }
    visit(root)
    for node in order where !node.children.isEmpty { node.grad = 0 }
    root.grad = 1
    for node in order.reversed() {
        for (child, localGrad) in zip(node.children, node.localGrads) {
            child.grad += localGrad * node.grad
        }
    }
}
