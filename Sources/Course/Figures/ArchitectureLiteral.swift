import MicroGPT

/// The forward pass and the loss as microgpt.py builds them (lines 94-169): statement by statement
/// those of the single file, but without its two operations on lists, `dot` and `sum`. Every product
/// and every addition is a number of its own.
struct LiteralModel {
    let gpt: GPT

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
        var x = zip(gpt.wte[tokenID], gpt.wpe[posID]).map { t, p in t + p }
        x = rmsnorm(x)
        for (li, layer) in gpt.layers.enumerated() {
            var xResidual = x
            x = rmsnorm(x)
            let q = linear(x, layer.attnWq)
            cache[li].keys.append(linear(x, layer.attnWk))
            cache[li].values.append(linear(x, layer.attnWv))
            var xAttn: [Value] = []
            for h in 0..<config.nHead {
                let head = h * config.headDim..<(h + 1) * config.headDim
                let attnLogits = cache[li].keys.map { k in
                    dot(Array(q[head]), Array(k[head])) / Double(config.headDim).squareRoot()
                }
                let attnWeights = softmax(attnLogits)
                xAttn += head.map { j in dot(attnWeights, cache[li].values.map { v in v[j] }) }
            }
            x = linear(xAttn, layer.attnWo)
            x = zip(x, xResidual).map { a, b in a + b }
            xResidual = x
            x = rmsnorm(x)
            x = linear(x, layer.mlpFc1)
            x = x.map { config.activation == .relu ? $0.relu() : $0.relu().pow(2) }
            x = linear(x, layer.mlpFc2)
            x = zip(x, xResidual).map { a, b in a + b }
        }
        return linear(x, gpt.lmHead)
    }

    func linear(_ x: [Value], _ w: Matrix) -> [Value] { w.map { row in dot(row, x) } }

    func softmax(_ logits: [Value]) -> [Value] {
        let maxVal = logits.map(\.data).max() ?? 0
        let exps = logits.map { ($0 - maxVal).exp() }
        let total = sum(exps)
        return exps.map { $0 / total }
    }

    func rmsnorm(_ x: [Value]) -> [Value] {
        let ms = dot(x, x) / Double(x.count)
        let scale = (ms + 1e-5).pow(-0.5)
        return x.map { $0 * scale }
    }

    /// A product for each pair, and their sum.
    func dot(_ xs: [Value], _ ys: [Value]) -> Value { sum(zip(xs, ys).map { x, y in x * y }) }

    /// Python's `sum` begins with 0 and adds each number to what it has.
    private func sum(_ xs: [Value]) -> Value {
        xs.dropFirst().reduce(xs[0] + 0) { total, x in total + x }
    }
}
