import MicroGPT

public func depth(of root: Value) throws -> Int {
    var depths: [ObjectIdentifier: Int] = [:]
    var stack = [root]
    while let node = stack.last {
        let waitingFor = node.children.filter { depths[ObjectIdentifier($0)] == nil }
        if waitingFor.isEmpty {
            let below = node.children.compactMap { depths[ObjectIdentifier($0)] }.max() ?? -1
            depths[ObjectIdentifier(node)] = below + 1
            stack.removeLast()
        } else {
            stack += waitingFor
        }
    }
    return depths[ObjectIdentifier(root)] ?? 0
}
