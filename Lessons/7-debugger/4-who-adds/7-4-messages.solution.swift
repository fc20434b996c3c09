import MicroGPT

public func messages(to number: Value, from root: Value) throws -> [Double] {
    root.backward()
    var messages: [Double] = []
    var seen: Set<ObjectIdentifier> = []
    var waiting = [root]
    while let node = waiting.popLast() {
        guard seen.insert(ObjectIdentifier(node)).inserted else { continue }
        for (child, slope) in zip(node.children, node.localGrads) {
            if child === number { messages.append(slope * node.grad) }
            waiting.append(child)
        }
    }
    return messages
}
