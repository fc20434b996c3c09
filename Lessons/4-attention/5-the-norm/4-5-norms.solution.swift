import MicroGPT

public func rmsNorm(_ x: [Value]) throws -> [Value] {
    let ms = dot(x, x) / Double(x.count)
    let scale = (ms + 1e-5).pow(-0.5)
    return x.map { $0 * scale }
}

public func layerNorm(_ x: [Value]) throws -> [Value] {
    let mean = sum(x) / Double(x.count)
    return try rmsNorm(x.map { $0 - mean })
}
