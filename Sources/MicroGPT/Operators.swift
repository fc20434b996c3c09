import Foundation

// What is made of the operations in MicroGPT.swift (microgpt.py 51-57), and the forms that people
// try besides: with plain numbers on either side, in place, and micrograd's tanh.

extension Value {
    public static prefix func - (a: Value) -> Value { a * -1 }
    public static func - (a: Value, b: Value) -> Value { a + (-b) }
    public static func / (a: Value, b: Value) -> Value { a * b.pow(-1) }

    public static func + (a: Value, b: Double) -> Value { a + Value(b) }
    public static func - (a: Value, b: Double) -> Value { a + -b }
    public static func * (a: Value, b: Double) -> Value { a * Value(b) }
    public static func / (a: Value, b: Double) -> Value { a * power(b, -1) }

    public static func + (a: Double, b: Value) -> Value { Value(a) + b }
    public static func - (a: Double, b: Value) -> Value { Value(a) - b }
    public static func * (a: Double, b: Value) -> Value { Value(a) * b }
    public static func / (a: Double, b: Value) -> Value { Value(a) / b }

    public static func += (a: inout Value, b: Value) { a = a + b }
    public static func -= (a: inout Value, b: Value) { a = a - b }
    public static func *= (a: inout Value, b: Value) { a = a * b }
    public static func /= (a: inout Value, b: Value) { a = a / b }

    public static func += (a: inout Value, b: Double) { a = a + b }
    public static func -= (a: inout Value, b: Double) { a = a - b }
    public static func *= (a: inout Value, b: Double) { a = a * b }
    public static func /= (a: inout Value, b: Double) { a = a / b }

    /// The hyperbolic tangent, micrograd's activation.
    public func tanh() -> Value {
        let t = Foundation.tanh(data)
        return Value(t, .tanh, self, 1 - t * t)
    }

    /// The logistic function 1 / (1 + exp(-x)).
    public func sigmoid() -> Value {
        let e = Foundation.exp(-abs(data))  // at most 1: neither sign overflows
        return Value((data < 0 ? e : 1) / (1 + e), .sigmoid, self, e / ((1 + e) * (1 + e)))
    }
}

extension Value {
    /// A leaf with a name.
    public convenience init(_ data: Double, label: String) {
        self.init(data)
        self.label = label
    }

    /// The numbers it was made from, left to right; those of a dot product are x0, y0, x1, y1, …
    public var children: [Value] {
        if operation == .sum { return xs ?? [] }
        return [a, b].compactMap { $0 } + zip(xs ?? [], ys ?? []).flatMap { x, y in [x, y] }
    }

    /// Frees what only this number holds, at any depth, without nested calls.
    func freeChildrenFromList() {
        var orphans = takeChildren()
        while var node = orphans.popLast() {
            if isKnownUniquelyReferenced(&node) { orphans += node.takeChildren() }
        }
    }

    private func takeChildren() -> [Value] {
        defer { (a, b, xs, ys) = (nil, nil, nil, nil) }
        return children
    }
}

/// x to the power n, as Python's `**` has it: always by the C library's `pow`. Where the optimizer
/// sees that n is 2, 0.5 or -1, it would take other instructions, which round differently.
@_optimize(none)
package func power(_ x: Double, _ n: Double) -> Double { pow(x, n) }
