import MicroGPT

/// Rung 0: microgpt.py word for word (lines 94-169). Every product and every addition is a `Value`
/// of its own; there is no `dot` and no `sum`.
///
/// The loss and every gradient have the bits of the single file.
public struct Scalars: ValueEngine {
    let gpt: GPT
    public var adam: Adam

    public init(_ gpt: GPT) throws(UserError) {
        self.gpt = try gpt.copy()
        adam = Adam(paramCount: gpt.params.count)
    }

    func loss(_ tokens: [Int]) -> Value {
        let n = min(gpt.config.blockSize, tokens.count - 1)
        var cache = KVCache(repeating: ([], []), count: gpt.config.nLayer)
        var losses: [Value] = []
        for posID in 0..<n {
            let logits = forward(tokenID: tokens[posID], posID: posID, cache: &cache)
            let probs = softmax(logits)
            losses.append(-probs[tokens[posID + 1]].log())
        }
        return (1 / Double(n)) * sum(losses)
    }

    private func forward(tokenID: Int, posID: Int, cache: inout KVCache) -> [Value] {
        let config = gpt.config
        let tokEmb = gpt.wte[tokenID]
        let posEmb = gpt.wpe[posID]
        var x = zip(tokEmb, posEmb).map { t, p in t + p }
        x = rmsnorm(x)
        for (li, layer) in gpt.layers.enumerated() {
            // 1) Multi-head attention
            var xResidual = x
            x = rmsnorm(x)
            let q = linear(x, layer.attnWq)
            let k = linear(x, layer.attnWk)
            let v = linear(x, layer.attnWv)
            cache[li].keys.append(k)
            cache[li].values.append(v)
            var xAttn: [Value] = []
            for h in 0..<config.nHead {
                let head = h * config.headDim..<(h + 1) * config.headDim
                let qH = Array(q[head])
                let kH = cache[li].keys.map { k in Array(k[head]) }
                let vH = cache[li].values.map { v in v[head] }
                let attnLogits = kH.map { k in dot(qH, k) / power(Double(config.headDim), 0.5) }
                let attnWeights = softmax(attnLogits)
                let headOut = head.map { j in dot(attnWeights, vH.map { v in v[j] }) }
                xAttn += headOut
            }
            x = linear(xAttn, layer.attnWo)
            x = zip(x, xResidual).map { a, b in a + b }
            // 2) MLP
            xResidual = x
            x = rmsnorm(x)
            x = linear(x, layer.mlpFc1)
            x = x.map { config.activation == .relu ? $0.relu() : $0.relu().pow(2) }
            x = linear(x, layer.mlpFc2)
            x = zip(x, xResidual).map { a, b in a + b }
        }
        return linear(x, gpt.lmHead)
    }
}

// The single file's layers of these two.

/// Python's `sum` begins with 0 and adds each number to what it has.
private func sum(_ xs: [Value]) -> Value {
    xs.dropFirst().reduce(xs[0] + 0) { total, x in total + x }
}

private func dot(_ xs: [Value], _ ys: [Value]) -> Value {
    sum(zip(xs, ys).map { x, y in x * y })
}

private func linear(_ x: [Value], _ w: Matrix) -> [Value] { w.map { row in dot(row, x) } }

private func softmax(_ logits: [Value]) -> [Value] {
    let maxVal = logits.map(\.data).max() ?? 0
    let exps = logits.map { ($0 - maxVal).exp() }
    let total = sum(exps)
    return exps.map { $0 / total }
}

private func rmsnorm(_ x: [Value]) -> [Value] {
    let ms = dot(x, x) / Double(x.count)
    let scale = (ms + 1e-5).pow(-0.5)
    return x.map { $0 * scale }
}
