import MicroGPT

public func oneHead(q: [Value], keys: [[Value]], values: [[Value]]) throws -> [Value] {
    let scale = Double(q.count).squareRoot()
    let attnLogits = keys.map { k in dot(q, k) / scale }
    let attnWeights = softmax(attnLogits)
    return q.indices.map { j in dot(attnWeights, values.map { v in v[j] }) }
}
