import MicroGPT

/// One head of attention, mended.
///
/// `brokenHead` below has two mistakes. Neither of them crashes, and one cannot be seen in the model
/// of the lessons, whose 4 heads have 4 numbers each. Take its lines over, and mend both.
///
/// - Parameters:
///   - h: the number of the head, from 0.
///   - q: the whole query of this position: nEmbd values.
///   - keys: the whole keys of all positions so far, nEmbd values each.
///   - values: the same for the values.
///   - headDim: how many of the nEmbd numbers a head has.
/// - Returns: the head's output: headDim values.
public func mendedHead(
    _ h: Int, _ q: [Value], _ keys: [[Value]], _ values: [[Value]], headDim: Int
) throws -> [Value] {
    throw Unsolved()
}

private func brokenHead(
    _ h: Int, _ q: [Value], _ keys: [[Value]], _ values: [[Value]], headDim: Int
) -> [Value] {
    let nHead = q.count / headDim
    let head = h * nHead..<h * nHead + headDim
    let qH = Array(q[head])
    let kH = keys.map { k in Array(k[head]) }
    let vH = values.map { v in Array(v[head]) }
    let attnLogits = kH.map { k in dot(qH, k) / Double(q.count).squareRoot() }
    let attnWeights = softmax(attnLogits)
    return (0..<headDim).map { j in dot(attnWeights, vH.map { v in v[j] }) }
}
