import MicroGPT

public func multiHeadAttention(
    q: [Value], keys: [[Value]], values: [[Value]], nHead: Int
) throws -> [Value] {
    let headDim = q.count / nHead
    return (0..<nHead).flatMap { h in
        let head = h * headDim..<(h + 1) * headDim
        let qH = Array(q[head])
        let attnLogits = keys.map { k in
            dot(qH, Array(k[head])) / Double(headDim).squareRoot()
        }
        let attnWeights = softmax(attnLogits)
        return head.map { j in dot(attnWeights, values.map { v in v[j] }) }
    }
}
