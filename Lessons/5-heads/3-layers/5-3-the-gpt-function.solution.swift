import MicroGPT

public func gptLogits(
    _ gpt: GPT, tokenID: Int, posID: Int, cache: inout KVCache
) throws -> [Value] {
    var x = zip(gpt.wte[tokenID], gpt.wpe[posID]).map { t, p in t + p }
    x = rmsnorm(x)
    for (li, layer) in gpt.layers.enumerated() {
        x = try withResidual(x) { x in
            cache[li].keys.append(linear(x, layer.attnWk))
            cache[li].values.append(linear(x, layer.attnWv))
            let xAttn = try multiHeadAttention(
                q: linear(x, layer.attnWq), keys: cache[li].keys,
                values: cache[li].values, nHead: gpt.config.nHead)
            return linear(xAttn, layer.attnWo)
        }
        x = try withResidual(x) { x in
            try mlp(x, fc1: layer.mlpFc1, fc2: layer.mlpFc2, gpt.config.activation)
        }
    }
    return linear(x, gpt.lmHead)
}
