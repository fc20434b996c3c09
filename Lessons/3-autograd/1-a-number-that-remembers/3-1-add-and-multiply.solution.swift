import MicroGPT

public func add(_ a: Value, _ b: Value) throws -> Value {
    Value(a.data + b.data, [a, b], [1, 1])
}

public func multiply(_ a: Value, _ b: Value) throws -> Value {
    Value(a.data * b.data, [a, b], [b.data, a.data])
}
