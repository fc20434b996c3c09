import Inspection
import MicroGPT

/// How a block comes into the model: x as it is and the block, attention or the MLP, give the next x.
public typealias Join = (_ x: [Value], _ block: ([Value]) -> [Value]) -> [Value]

/// The single file's way: norm before the block, x added after it.
public func preNorm(_ x: [Value], _ block: ([Value]) -> [Value]) -> [Value] {
    zip(block(rmsnorm(x)), x).map { a, b in a + b }
}

extension GPT {
    /// `forward` of the single file with two places left open; with what they are by default, the
    /// same bits.
    ///
    /// - Parameters:
    ///   - join: what is around each block, two of them in a layer.
    ///   - weigh: what is done to the attention weights of each head before they are used.
    public func forward(
        tokenID: Int, posID: Int, cache: inout KVCache, join: Join,
        weigh: @escaping ([Value]) -> [Value] = { $0 }
    ) -> [Value] {
        require(posID < config.blockSize, "position \(posID) of \(config.blockSize)")
        var x = rmsnorm(zip(wte[tokenID], wpe[posID]).map { t, p in t + p })
        for (li, layer) in layers.enumerated() {
            x = join(x) { x in
                let q = linear(x, layer.attnWq)
                cache[li].keys.append(linear(x, layer.attnWk))
                cache[li].values.append(linear(x, layer.attnWv))
                let (keys, values) = cache[li]
                let xAttn = (0..<config.nHead).flatMap { h in
                    let head = h * config.headDim..<(h + 1) * config.headDim
                    let scale = power(Double(config.headDim), 0.5)
                    let attnLogits = keys.map { k in dot(Array(q[head]), Array(k[head])) / scale }
                    let attnWeights = weigh(softmax(attnLogits))
                    return head.map { j in dot(attnWeights, values.map { v in v[j] }) }
                }
                return linear(xAttn, layer.attnWo)
            }
            x = join(x) { x in
                let units = linear(x, layer.mlpFc1)
                return linear(
                    units.map { config.activation == .relu ? $0.relu() : $0.relu().pow(2) },
                    layer.mlpFc2)
            }
        }
        return linear(x, lmHead)
    }

    /// `loss` of the single file with the same places left open.
    public func loss(
        _ tokens: [Int], join: Join, weigh: @escaping ([Value]) -> [Value] = { $0 }
    ) -> Value {
        let n = min(config.blockSize, tokens.count - 1)
        var cache = KVCache(repeating: ([], []), count: config.nLayer)
        let losses = (0..<n).map { posID in
            let logits = forward(
                tokenID: tokens[posID], posID: posID, cache: &cache, join: join, weigh: weigh)
            return -softmax(logits)[tokens[posID + 1]].log()
        }
        return (1 / Double(n)) * sum(losses)
    }

    /// Trains on one document after another, from the first on again after the last.
    ///
    /// - Parameters:
    ///   - params: what is to be updated; all parameters if nothing is said.
    ///   - loss: the loss of a document's tokens; the single file's if nothing is said.
    /// - Returns: the loss of each of the config's `numSteps` steps. After one that is not a finite
    ///   number there is no further step.
    public func train(
        _ params: [Value]? = nil, on documents: [String], loss: (([Int]) -> Value)? = nil
    ) throws(UserError) -> [Double] {
        let params = params ?? self.params
        var adam = Adam(paramCount: params.count)
        var losses: [Double] = []
        for step in 0..<config.numSteps {
            let tokens = try tokenizer.tokens(of: documents[step % documents.count])
            let result = loss?(tokens) ?? self.loss(tokens)
            losses.append(result.data)
            guard result.data.isFinite else { break }
            result.backward()
            adam.update(params, config)
        }
        return losses
    }

    /// The mean of the losses of some documents.
    public func meanLoss(on documents: [String]) throws(UserError) -> Double {
        var total = 0.0
        for document in documents { total += loss(try tokenizer.tokens(of: document)).data }
        return total / Double(documents.count)
    }
}
