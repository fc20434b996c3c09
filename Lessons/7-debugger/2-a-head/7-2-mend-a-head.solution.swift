import MicroGPT

public func mendedHead(
    _ h: Int, _ q: [Value], _ keys: [[Value]], _ values: [[Value]], headDim: Int
) throws -> [Value] {
    let head = h * headDim..<(h + 1) * headDim
    let qH = Array(q[head])
    let kH = keys.map { k in Array(k[head]) }
    let vH = values.map { v in Array(v[head]) }
    let attnLogits = kH.map { k in dot(qH, k) / Double(headDim).squareRoot() }
    let attnWeights = softmax(attnLogits)
    return (0..<headDim).map { j in dot(attnWeights, vH.map { v in v[j] }) }
}
