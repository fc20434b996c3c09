import MicroGPT

public func sharpness(
    queries: [[Value]], keys: [[Value]], withRoot: Bool
) throws -> Double {
    let largest = queries.map { q in
        let divisor = withRoot ? Double(q.count).squareRoot() : 1
        let shares = softmax(keys.map { k in dot(q, k) / divisor })
        return shares.map(\.data).max() ?? 0
    }
    return largest.reduce(0, +) / Double(queries.count)
}
