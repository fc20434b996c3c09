import MicroGPT

public func withResidual(
    _ x: [Value], _ block: ([Value]) throws -> [Value]
) throws -> [Value] {
    zip(try block(rmsnorm(x)), x).map { a, b in a + b }
}
