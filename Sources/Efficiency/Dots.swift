import Foundation
import Inspection
import MicroGPT

/// Rung 2: the single file's graph in faster objects. One or two numbers that another was made from
/// stand in the object itself, without a list; a dot product keeps the two lists that it was given, and
/// finds its derivatives in them on the way back.
typealias Dots = Objects<FastValue>

/// A number that remembers what it was made from.
///
/// `@exclusivity(unchecked)` spares each access a check at run time, which no access here can fail.
final class FastValue: GraphNumber {
    @exclusivity(unchecked) var data: Double
    @exclusivity(unchecked) var grad = 0.0
    @exclusivity(unchecked) private var mark: Mark  // where `backward()` is with it
    private let depth: Int32  // steps to the farthest leaf
    // What it was made from: one or two numbers, the derivative by each; or the lists of a `dot`.
    @exclusivity(unchecked) private var a, b: FastValue?
    private let da, db: Double
    @exclusivity(unchecked) private var xs, ys: [FastValue]?

    private enum Mark { case leaf, new, open, done }

    private init(
        _ data: Double, _ a: FastValue, _ da: Double, _ b: FastValue? = nil, _ db: Double = 0
    ) {
        (self.data, self.a, self.da, self.b, self.db) = (data, a, da, b, db)
        (depth, mark) = (max(a.depth, b?.depth ?? -1) + 1, .new)
    }

    private init(_ xs: [FastValue], _ ys: [FastValue]) {
        require(xs.count == ys.count, "a dot product of \(xs.count) with \(ys.count) values")
        var (total, below) = (0.0, Int32(-1))
        for i in xs.indices {
            total += xs[i].data * ys[i].data
            below = max(below, xs[i].depth, ys[i].depth)
        }
        (data, da, db, self.xs, self.ys) = (total, 0, 0, xs, ys)
        (depth, mark) = (below + 1, .new)
    }

    init(_ data: Double) {
        (self.data, da, db) = (data, 0, 0)
        (depth, mark) = (0, .leaf)
    }

    static func + (a: FastValue, b: FastValue) -> FastValue {
        FastValue(a.data + b.data, a, 1, b, 1)
    }
    static func * (a: FastValue, b: FastValue) -> FastValue {
        FastValue(a.data * b.data, a, b.data, b, a.data)
    }
    func pow(_ n: Double) -> FastValue {
        FastValue(power(data, n), self, n * power(data, n - 1))
    }
    func log() -> FastValue { FastValue(Foundation.log(data), self, 1 / data) }
    func exp() -> FastValue { FastValue(Foundation.exp(data), self, Foundation.exp(data)) }
    func relu() -> FastValue { FastValue(data > 0 ? data : 0, self, data > 0 ? 1 : 0) }
    static func dot(_ xs: [FastValue], _ ys: [FastValue]) -> FastValue { FastValue(xs, ys) }
    static func sum(_ xs: [FastValue]) -> FastValue {
        FastValue(xs, xs.map { [one = FastValue(1)] _ in one })
    }

    deinit { if depth > 100 { freeChildrenFromList() } }
}

// MARK: - Backward, as in the single file

extension FastValue {
    func backward() {
        var order = topologicalOrder()
        grad = depth == 0 ? grad + 1 : 1
        while let node = order.popLast() { node.passGradToChildren() }
    }

    /// All under this number that is not a leaf, each after its children: depth first, children
    /// left to right. In that order gradients add up as in microgpt.py, to the last bit.
    private func topologicalOrder() -> [FastValue] {
        var (order, stack): ([FastValue], [FastValue]) = ([], [self])
        while let node = stack.popLast() {
            if node.mark == .new {
                node.mark = .open
                node.grad = 0
                stack.append(node)
                node.pushNewChildren(on: &stack)
            } else if node.mark == .open {
                node.mark = .done
                order.append(node)
            }
        }
        return order
    }

    private func pushNewChildren(on stack: inout [FastValue]) {
        if let b, b.mark == .new { stack.append(b) }
        if let a, a.mark == .new { stack.append(a) }
        guard let xs, let ys else { return }
        for i in xs.indices.reversed() {
            if ys[i].mark == .new { stack.append(ys[i]) }
            if xs[i].mark == .new { stack.append(xs[i]) }
        }
    }

    /// The chain rule: each child gets the derivative by it, times the gradient of this number.
    private func passGradToChildren() {
        mark = .new
        if let a { a.grad += da * grad }
        if let b { b.grad += db * grad }
        guard let xs, let ys else { return }
        for i in xs.indices.reversed() {
            xs[i].grad += ys[i].data * grad
            ys[i].grad += xs[i].data * grad
        }
    }

    /// Frees what only this number holds, at any depth, without nested calls.
    private func freeChildrenFromList() {
        var orphans = takeChildren()
        while var node = orphans.popLast() {
            if isKnownUniquelyReferenced(&node) { orphans += node.takeChildren() }
        }
    }

    private func takeChildren() -> [FastValue] {
        defer { (a, b, xs, ys) = (nil, nil, nil, nil) }
        return [a, b].compactMap { $0 } + (xs ?? []) + (ys ?? [])
    }
}
