import MicroGPT

/// Rung 0: microgpt.py word for word. Every product and every addition is a `Value` of its own; there
/// is no `dot` and no `sum`.
typealias Scalars = Objects<Value>

extension Value: GraphNumber {
    convenience init(_ data: Double) { self.init(data, [], []) }

    static func dot(_ xs: [Value], _ ys: [Value]) -> Value {
        sum(zip(xs, ys).map { x, y in x * y })
    }

    /// Python's `sum` begins with 0 and adds each number to what it has.
    static func sum(_ xs: [Value]) -> Value {
        xs.dropFirst().reduce(xs[0] + 0) { total, x in total + x }
    }
}
