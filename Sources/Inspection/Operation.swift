import Foundation
import MicroGPT
import Synchronization

extension Value {
    /// What made a number. It does not keep that, and need not: its data, its children and the local
    /// gradients tell.
    public enum Operation: Sendable {
        /// A number that nothing made, or what made it: a function or an operator of `Value`.
        case leaf, add, multiply, pow, log, exp, relu, tanh, sigmoid, sum, dot
    }

    /// The operation that gives this number and these local gradients.
    ///
    /// Where several do, they are the same: a sum of two is an addition, a dot product of one pair a
    /// multiplication. A number above 0 that became itself is the sum of one if it is an exponential,
    /// and went through a relu otherwise.
    public var operation: Operation {
        guard let first = children.first else { return .leaf }
        let isSum =
            localGrads.allSatisfy { $0 == 1 } && data == children.reduce(0) { $0 + $1.data }
        switch children.count {
        case 1:
            let (x, slope) = (first.data, localGrads[0])
            func isMade(by result: Value) -> Bool {
                data == result.data && slope == result.localGrads[0]
            }
            let leaf = Value(x)
            if isMade(by: leaf.exp()) { return .exp }
            if x > 0 && isMade(by: leaf.log()) { return .log }
            if isSum && first.operation == .exp { return .sum }
            if x != 0 && isMade(by: leaf.relu()) { return .relu }
            if isMade(by: leaf.tanh()) { return .tanh }
            return isMade(by: leaf.sigmoid()) ? .sigmoid : isSum ? .sum : .pow
        case 2: return isSum ? .add : .multiply
        default: return isSum ? .sum : .dot
        }
    }
}

// MARK: - Names

extension Value {
    /// A leaf with a name.
    public convenience init(_ data: Double, label: String) {
        self.init(data)
        self.label = label
    }

    /// A name for pictures, kept beside the number for as long as it lives.
    public var label: String? {
        get {
            labels.withLock { $0[ObjectIdentifier(self)] }.flatMap {
                $0.value === self ? $0.text : nil
            }
        }
        set {
            labels.withLock { labels in
                if labels.count >= 1000 { labels = labels.filter { $0.value.value != nil } }
                labels[ObjectIdentifier(self)] = newValue.map { Label(value: self, text: $0) }
            }
        }
    }
}

private struct Label: @unchecked Sendable {
    weak var value: Value?  // another object can come to the place of one that is gone
    let text: String
}

private let labels = Mutex<[ObjectIdentifier: Label]>([:])
