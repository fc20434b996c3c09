import Foundation

import class Exercises.Node

/// Operations on `Node`, for figures and judges: each gives its result with the local gradients.
enum Nodes {
    static func add(_ a: Node, _ b: Node) -> Node {
        Node(a.data + b.data, children: [a, b], localGrads: [1, 1])
    }

    static func multiply(_ a: Node, _ b: Node) -> Node {
        Node(a.data * b.data, children: [a, b], localGrads: [b.data, a.data])
    }

    static func tanh(_ a: Node) -> Node {
        let t = Foundation.tanh(a.data)
        return Node(t, children: [a], localGrads: [1 - t * t])
    }
}

/// Orders in which gradients could be passed on, from the result to the leaves. One is right.
enum NodeOrder {
    /// Each number after all that were made from it, as in microgpt.py.
    static func topological(from root: Node) -> [Node] {
        var order: [Node] = []
        func visit(_ node: Node) {
            guard !order.contains(where: { $0 === node }) else { return }
            for child in node.children { visit(child) }
            order.append(node)
        }
        visit(root)
        return order.reversed()
    }

    /// Those nearest to the result first.
    static func breadthFirst(from root: Node) -> [Node] {
        var order = [root]
        var next = 0
        while next < order.count {
            for child in order[next].children where !order.contains(where: { $0 === child }) {
                order.append(child)
            }
            next += 1
        }
        return order
    }

    /// Each number as soon as it is met, before its children.
    static func depthFirst(from root: Node) -> [Node] {
        var order: [Node] = []
        func visit(_ node: Node) {
            guard !order.contains(where: { $0 === node }) else { return }
            order.append(node)
            for child in node.children { visit(child) }
        }
        visit(root)
        return order
    }
}

extension Node {
    /// The chain rule, as in the last two lines of microgpt.py's backward().
    func passGradToChildren() {
        for (child, localGrad) in zip(children, localGrads) {
            child.grad += localGrad * grad
        }
    }
}
