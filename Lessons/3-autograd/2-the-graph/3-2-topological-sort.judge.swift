import Course
import Inspection
import MicroGPT

extension Exercise {
    static let topologicalSort = Exercise(
        "3-2-topological-sort", "each node of a graph after its children",
        ["topologicalOrder": "Judge.topologicalSort"],
        hints: """
            - A function inside the function that calls itself for each child is all it takes.
            - A node may be reached in more than one way. Remember which ones you have visited:
              `var visited: Set<ObjectIdentifier> = []`, and
              `visited.insert(ObjectIdentifier(node)).inserted` is false if the node was in the
              set already.
            """)
}

extension Judge {
    public static func topologicalSort(_ order: (Value) throws -> [Value]) throws {
        for graph in NamedGraph.all { try expectOrder(of: graph, try order(graph.root)) }
    }

    private static func expectOrder(of graph: NamedGraph, _ order: [Value]) throws {
        let place = "topologicalOrder of \(graph.text)"
        func wrong(_ what: String) -> WrongAnswer { WrongAnswer(message: "\(place): \(what)") }
        var places: [ObjectIdentifier: Int] = [:]
        for (i, node) in order.enumerated() {
            guard let name = graph.name(of: node) else {
                throw wrong("element \(i) is no node of this graph")
            }
            if places.updateValue(i, forKey: ObjectIdentifier(node)) != nil {
                throw wrong("expected each node once, got \(name) twice")
            }
        }
        for node in graph.nodes {
            guard let own = places[ObjectIdentifier(node)] else {
                throw wrong("expected \(graph.names) in it, got no \(graph.name(of: node) ?? "")")
            }
            for child in node.children where places[ObjectIdentifier(child)] ?? -1 > own {
                let (name, childName) = (graph.name(of: node) ?? "", graph.name(of: child) ?? "")
                throw wrong("expected \(childName) before \(name), which is made from it")
            }
        }
        let names = order.compactMap(graph.name).joined(separator: ", ")
        if names != graph.names {
            throw wrong(
                "expected \(graph.names), children from left to right, got \(names)")
        }
    }
}

/// A graph whose nodes have names, in the order in which they should come.
private struct NamedGraph {
    let text: String
    private(set) var nodes: [Value] = []
    private var namesByNode: [ObjectIdentifier: String] = [:]

    /// - Parameter recipe: each node's name and the names of its children, in the order of
    ///   microgpt.py, for which children have to come first.
    init(_ text: String, _ recipe: KeyValuePairs<String, [String]>) {
        self.text = text
        var nodesByName: [String: Value] = [:]
        for (name, children) in recipe {
            let node = Value(
                1, children.compactMap { nodesByName[$0] },
                children.map { _ in 1 })
            nodesByName[name] = node
            namesByNode[ObjectIdentifier(node)] = name
            nodes.append(node)
        }
    }

    var root: Value { nodes[nodes.count - 1] }
    var names: String { nodes.compactMap(name).joined(separator: ", ") }
    func name(of node: Value) -> String? { namesByNode[ObjectIdentifier(node)] }

    static var all: [NamedGraph] {
        [
            NamedGraph("a leaf", ["a": []]),
            NamedGraph("a chain: b from a, c from b", ["a": [], "b": ["a"], "c": ["b"]]),
            NamedGraph("c = a + b", ["a": [], "b": [], "c": ["a", "b"]]),
            NamedGraph("b = a * a", ["a": [], "b": ["a", "a"]]),
            NamedGraph(
                "a diamond: b and c from a, d = b + c",
                ["a": [], "b": ["a"], "c": ["a"], "d": ["b", "c"]]),
            NamedGraph(
                "a shared leaf: c = a * b, e = b * d, f = c + e",
                ["a": [], "b": [], "c": ["a", "b"], "d": [], "e": ["b", "d"], "f": ["c", "e"]]),
            NamedGraph(
                "a short way beside a long one: b from a, c from b, d = a + c",
                ["a": [], "b": ["a"], "c": ["b"], "d": ["a", "c"]]),
            NamedGraph(
                "a long way beside a short one: b from a, c from b, d = c + a",
                ["a": [], "b": ["a"], "c": ["b"], "d": ["c", "a"]]),
        ]
    }
}
