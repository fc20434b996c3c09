import MicroGPT

public func postNormLayer(
    _ x: [Value], attention: ([Value]) throws -> [Value], mlp: ([Value]) throws -> [Value]
) throws -> [Value] {
    var x = x
    x = rmsnorm(zip(try attention(x), x).map { a, b in a + b })
    x = rmsnorm(zip(try mlp(x), x).map { a, b in a + b })
    return x
}
