import Inspection
import MicroGPT

/// How a block comes into the model: x as it is and the block, attention or the MLP, give the next x.
public typealias Join = (_ x: [Value], _ block: ([Value]) -> [Value]) -> [Value]

/// The single file's way: norm before the block, x added after it.
public func preNorm(
    _ x: [Value], norm: ([Value]) -> [Value] = rmsnorm, _ block: ([Value]) -> [Value]
) -> [Value] {
    zip(block(norm(x)), x).map { a, b in a + b }
}

/// What a query finds in the values of some positions, by how much it looks at the key of each.
///
/// - Parameters: `q` has headDim values; `keys` and `values` have as many for each position.
public func attend(
    _ q: [Value], _ keys: Matrix, _ values: Matrix, parts: Parts = Parts()
) -> (headOut: [Value], attnWeights: [Value]) {
    let scale = power(parts.scaledBy(q.count), 0.5)
    let attnLogits = keys.map { k in parts.dot(q, k) / scale }
    let attnWeights = parts.softmax(attnLogits)
    let headOut = q.indices.map { j in parts.dot(attnWeights, values.map { v in v[j] }) }
    return (headOut, attnWeights)
}

/// The single file's model with its places open. A variant of the model is described by what it has
/// in one of them; with what they have at first, losses and gradients are the same to the last bit.
public struct Parts {
    public typealias Block = (_ x: [Value], _ li: Int) -> [Value]
    public typealias Cache = (keys: [[Value]], values: [[Value]])

    // What it computes with.
    public var dot: ([Value], [Value]) -> Value = MicroGPT.dot
    public var sum: ([Value]) -> Value = MicroGPT.sum
    public var linear: ([Value], Matrix) -> [Value] = MicroGPT.linear
    /// In attention.
    public var softmax: ([Value]) -> [Value] = MicroGPT.softmax
    public var lossSoftmax: ([Value]) -> [Value] = MicroGPT.softmax
    public var backward: (_ loss: Value) -> Void = { $0.backward() }

    /// The row of `wpe` for a position.
    public var posEmb: (_ posID: Int) -> Int = { $0 }
    /// After the embeddings.
    public var norm: ([Value]) -> [Value] = MicroGPT.rmsnorm
    /// What is around each block, two of them in a layer.
    public var join: Join = { x, block in preNorm(x, block) }
    /// Before the logits.
    public var lastNorm: ([Value]) -> [Value] = { $0 }
    /// What stands in the place of attention, or of the MLP, of layer li.
    public var attention: ((_ x: [Value], _ li: Int, _ cache: inout Cache) -> [Value])?
    public var mlp: Block?
    /// What a position finds of those before it.
    public var remembered: (KVCache) -> KVCache = { $0 }
    /// Whether a position's own key and value are among those that its heads look at.
    public var looksAtItself = true
    /// The indices of head h.
    public var head: (_ h: Int, _ config: Config) -> [Int] = { h, config in
        Array(h * config.headDim..<(h + 1) * config.headDim)
    }
    /// Attention logits are divided by the root of this, for heads of headDim numbers.
    public var scaledBy: (_ headDim: Int) -> Double = { Double($0) }
    /// Is told the outputs of all heads, at each position in each layer.
    public var seesHeads: (_ xAttn: [Value]) -> Void = { _ in }
    /// Is told x at each position at each depth: before layer 0, 1, …, and after the last.
    public var seesX: (_ x: [Value], _ depth: Int) -> Void = { _, _ in }

    public init() {}

    public init<E>(_ change: (inout Parts) throws(E) -> Void) throws(E) { try change(&self) }

    /// `GPT.forward` with these parts.
    public func forward(
        _ gpt: GPT, tokenID: Int, posID: Int, cache: inout KVCache
    ) -> [Value] {
        require(posID < gpt.config.blockSize, "position \(posID) of \(gpt.config.blockSize)")
        var x = norm(zip(gpt.wte[tokenID], gpt.wpe[posEmb(posID)]).map { t, p in t + p })
        cache = remembered(cache)
        for (li, layer) in gpt.layers.enumerated() {
            seesX(x, li)
            x = join(x) { x in
                attention?(x, li, &cache[li]) ?? heads(x, layer, gpt.config, &cache[li])
            }
            x = join(x) { x in mlp?(x, li) ?? units(x, layer, gpt.config) }
        }
        seesX(x, gpt.layers.count)
        return linear(lastNorm(x), gpt.lmHead)
    }

    private func units(_ x: [Value], _ layer: Layer, _ config: Config) -> [Value] {
        let units = linear(x, layer.mlpFc1)
        return linear(
            units.map { config.activation == .relu ? $0.relu() : $0.relu().pow(2) }, layer.mlpFc2)
    }

    private func heads(
        _ x: [Value], _ layer: Layer, _ config: Config, _ cache: inout Cache
    ) -> [Value] {
        let q = linear(x, layer.attnWq)
        cache.keys.append(linear(x, layer.attnWk))
        cache.values.append(linear(x, layer.attnWv))
        let seen = cache.keys.indices.dropLast(looksAtItself ? 0 : 1)
        let xAttn = (0..<config.nHead).flatMap { h in
            let head = head(h, config)
            func slice(_ x: [Value]) -> [Value] { head.map { x[$0] } }
            return attend(
                slice(q), cache.keys[seen].map(slice), cache.values[seen].map(slice), parts: self
            ).headOut
        }
        seesHeads(xAttn)
        return linear(xAttn, layer.attnWo)
    }

    /// The losses of the first tokens, as many as the context has room for.
    public func losses(_ gpt: GPT, _ tokens: [Int]) -> [Value] {
        var cache = gpt.emptyCache
        return losses(gpt, tokens, &cache)
    }

    /// The same with a cache that may have something in it.
    public func losses(_ gpt: GPT, _ tokens: [Int], _ cache: inout KVCache) -> [Value] {
        (0..<min(gpt.config.blockSize, tokens.count - 1)).map { posID in
            let logits = forward(gpt, tokenID: tokens[posID], posID: posID, cache: &cache)
            return -lossSoftmax(logits)[tokens[posID + 1]].log()
        }
    }

    /// `GPT.loss` with these parts.
    public func loss(_ gpt: GPT, _ tokens: [Int]) -> Value {
        let losses = losses(gpt, tokens)
        return (1 / Double(losses.count)) * sum(losses)
    }

    /// The mean of the losses of some documents.
    public func meanLoss(
        _ gpt: GPT, _ documents: some Collection<String>
    ) throws(UserError) -> Double {
        var total = 0.0
        for document in documents {
            total += loss(gpt, try gpt.tokenizer.tokens(of: document)).data
        }
        return total / Double(documents.count)
    }

    /// What `backward` finds for each parameter; gradients are zero afterwards.
    public func gradients(_ gpt: GPT, _ tokens: [Int]) -> [Double] {
        backward(loss(gpt, tokens))
        defer { for p in gpt.params { p.grad = 0 } }
        return gpt.params.map(\.grad)
    }
}

// MARK: - Training

extension GPT {
    /// Trains on one document after another, from the first on again after the last.
    ///
    /// - Parameters:
    ///   - params: what is to be updated; all parameters if nothing is said.
    ///   - documents: the tokens of each.
    ///   - steps: how many; the config's `numSteps` if nothing is said.
    ///   - loss: the loss of a document's tokens; the single file's if nothing is said.
    /// - Returns: the loss of each step. After one that is not a finite number there is no further
    ///   step.
    public func train(
        _ params: [Value]? = nil, on documents: [[Int]], steps: Int? = nil,
        loss: (([Int]) -> Value)? = nil
    ) -> [Double] {
        let params = params ?? self.params
        var adam = Adam(paramCount: params.count)
        var losses: [Double] = []
        for step in 0..<(steps ?? config.numSteps) {
            let tokens = documents[step % documents.count]
            let result = loss?(tokens) ?? self.loss(tokens)
            losses.append(result.data)
            guard result.data.isFinite else { break }
            result.backward()
            adam.update(params, config)
        }
        return losses
    }

    /// The same with documents as they are read.
    public func train(
        _ params: [Value]? = nil, on documents: [String], loss: (([Int]) -> Value)? = nil
    ) throws(UserError) -> [Double] {
        var tokens: [[Int]] = []
        for document in documents { tokens.append(try tokenizer.tokens(of: document)) }
        return train(params, on: tokens, loss: loss)
    }

    /// The mean of the losses of some documents.
    public func meanLoss(on documents: some Collection<String>) throws(UserError) -> Double {
        try Parts().meanLoss(self, documents)
    }
}
