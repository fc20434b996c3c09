import Exercises

public func backwardAgain(_ root: Node) throws {
    var order: [Node] = []
    var visited: Set<ObjectIdentifier> = []
    func visit(_ node: Node) {
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
