import Foundation
import MicroGPT

// Forms that people try and the model has no use for: plain numbers on the left, in place, and
// micrograd's tanh.
extension Value {
    /// The sum of a plain number and `b`.
    public static func + (a: Double, b: Value) -> Value { Value(a) + b }
    /// A plain number less `b`.
    public static func - (a: Double, b: Value) -> Value { Value(a) - b }
    /// A plain number divided by `b`.
    public static func / (a: Double, b: Value) -> Value { Value(a) / b }

    /// Makes `a` the sum of both, a new number.
    public static func += (a: inout Value, b: Value) { a = a + b }
    /// Makes `a` the difference of both, a new number.
    public static func -= (a: inout Value, b: Value) { a = a - b }
    /// Makes `a` the product of both, a new number.
    public static func *= (a: inout Value, b: Value) { a = a * b }
    /// Makes `a` the quotient of both, a new number.
    public static func /= (a: inout Value, b: Value) { a = a / b }
    /// Makes `a` the sum of both, a new number, with `b` a constant.
    public static func += (a: inout Value, b: Double) { a = a + b }
    /// Makes `a` the difference of both, a new number, with `b` a constant.
    public static func -= (a: inout Value, b: Double) { a = a - b }
    /// Makes `a` the product of both, a new number, with `b` a constant.
    public static func *= (a: inout Value, b: Double) { a = a * b }
    /// Makes `a` the quotient of both, a new number, with `b` a constant.
    public static func /= (a: inout Value, b: Double) { a = a / b }

    /// The hyperbolic tangent, micrograd's activation.
    public func tanh() -> Value {
        let t = Foundation.tanh(data)
        return Value(t, [self], [1 - t * t])
    }

    /// The logistic function 1 / (1 + exp(-x)).
    public func sigmoid() -> Value {
        let e = Foundation.exp(-abs(data))  // at most 1: neither sign overflows
        return Value((data < 0 ? e : 1) / (1 + e), [self], [e / ((1 + e) * (1 + e))])
    }
}
