import Exercises

public func topologicalOrder(of root: Node) throws -> [Node] {
    var (order, visited): ([Node], Set<ObjectIdentifier>) = ([], [])
    func visit(_ node: Node) {
        guard visited.insert(ObjectIdentifier(node)).inserted else { return }
        for child in node.children { visit(child) }
        order.append(node)
    }
    visit(root)
    return order
}
