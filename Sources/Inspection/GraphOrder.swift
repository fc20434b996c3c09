import MicroGPT

/// Orders in which the numbers of a graph can be met, from the result to the leaves.
public enum GraphOrder: Sendable {
    /// Each number after all that were made from it: the reverse of depth first with each number
    /// after its children, as in microgpt.py. In this order gradients can be passed on.
    case topological
    /// Those nearest to the result first.
    case breadthFirst
    /// Each number as soon as it is met, before its children, these left to right.
    case depthFirst
}

extension Value {
    /// This number and all that it was made from, near or far, each once.
    ///
    /// - Complexity: O(n) for n numbers and operands, at any depth.
    public func numbers(_ order: GraphOrder = .depthFirst) -> [Value] {
        var met: Set<ObjectIdentifier> = []
        var result: [Value] = []
        switch order {
        case .breadthFirst:
            result = [self]
            met = [ObjectIdentifier(self)]
            var next = 0
            while next < result.count {
                result += result[next].children.filter { met.insert(ObjectIdentifier($0)).inserted }
                next += 1
            }
        case .depthFirst:
            var stack = [self]
            while let number = stack.popLast() {
                guard met.insert(ObjectIdentifier(number)).inserted else { continue }
                result.append(number)
                stack += number.children.reversed()
            }
        case .topological:
            var stack = [(number: self, childrenAreDone: false)]
            while let (number, childrenAreDone) = stack.popLast() {
                if childrenAreDone {
                    result.append(number)
                } else if met.insert(ObjectIdentifier(number)).inserted {
                    stack.append((number, true))
                    stack += number.children.reversed().map { ($0, false) }
                }
            }
            result.reverse()
        }
        return result
    }

    /// The length of the longest way from this number to a leaf.
    public var depth: Int {
        var depths: [ObjectIdentifier: Int] = [:]
        for number in numbers(.topological).reversed() {
            let below = number.children.compactMap { depths[ObjectIdentifier($0)] }.max()
            depths[ObjectIdentifier(number)] = below.map { $0 + 1 } ?? 0
        }
        return depths[ObjectIdentifier(self)] ?? 0
    }
}
