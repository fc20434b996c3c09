import MicroGPT

public func topologicalOrder(of root: Value) throws -> [Value] {
    var (order, visited): ([Value], Set<ObjectIdentifier>) = ([], [])
    func visit(_ node: Value) {
        guard visited.insert(ObjectIdentifier(node)).inserted else { return }
        for child in node.children { visit(child) }
        order.append(node)
    }
    visit(root)
    return order
}
