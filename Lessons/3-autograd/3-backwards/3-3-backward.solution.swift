import MicroGPT

public func backward(from root: Value) throws {
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
