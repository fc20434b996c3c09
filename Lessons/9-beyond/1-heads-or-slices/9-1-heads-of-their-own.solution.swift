import MicroGPT

public func headsOfTheirOwn(
    _ xs: [[Value]], _ wq: [Matrix], _ wk: [Matrix], _ wv: [Matrix]
) throws -> [Value] {
    wq.indices.flatMap { h in
        let q = linear(xs[xs.count - 1], wq[h])
        let keys = xs.map { linear($0, wk[h]) }
        let values = xs.map { linear($0, wv[h]) }
        let attnWeights = softmax(keys.map { k in dot(q, k) / Double(q.count).squareRoot() })
        return q.indices.map { j in dot(attnWeights, values.map { v in v[j] }) }
    }
}
