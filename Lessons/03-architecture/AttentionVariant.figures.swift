import Inspection
import MicroGPT

/// The statements of `GPT.forward`, with parts that a figure replaces to show what they are for.
struct ModelVariant {
    typealias Vector = [Value]

    /// How a block is joined to what comes before it.
    enum Wiring {
        /// Norm before the block, x added after it: GPT-2 and microgpt.
        case preNorm
        /// The norm around the sum of both: the Transformer of 2017.
        case postNorm
        /// Norm before the block, nothing added.
        case noResidual
        /// The block alone.
        case blockOnly
    }

    let gpt: GPT
    var wiring = Wiring.preNorm
    /// The indices of head h.
    var head: (_ h: Int, _ config: Config) -> [Int] = { h, config in
        Array(h * config.headDim..<(h + 1) * config.headDim)
    }
    /// What attention logits are divided by.
    var scale: (_ config: Config) -> Double = { Double($0.headDim).squareRoot() }
    /// The activation of the MLP, if not the model's own.
    var activation: ((Value) -> Value)?
    /// The row of `wpe` for a position.
    var posEmb: (_ posID: Int) -> Int = { $0 }
    var hasNormAfterEmbeddings = true
    /// Whether each position starts with an empty cache.
    var forgets = false
    /// Whether keys and values are plain numbers to all later positions.
    var detachesCache = false
    /// Whether a position's key and value go into the cache after its heads have looked there.
    var cachesAfterUse = false
    /// Called with the outputs of all heads, at each position in each layer.
    var seesHeads: (_ xAttn: Vector) -> Void = { _ in }

    init(_ gpt: GPT, _ change: (inout ModelVariant) -> Void = { _ in }) {
        self.gpt = gpt
        change(&self)
    }

    var emptyCache: KVCache { KVCache(repeating: ([], []), count: gpt.config.nLayer) }

    /// As `GPT.loss`.
    func loss(_ document: String) throws -> Value {
        let losses = try run(document).map(\.loss)
        return (1 / Double(losses.count)) * sum(losses)
    }

    /// The mean loss of documents.
    func loss(_ documents: [String]) throws -> Double {
        try documents.reduce(0) { $0 + (try loss($1).data) } / Double(documents.count)
    }

    /// For each position its loss, and x before each layer and after the last.
    func run(_ document: String) throws -> [(loss: Value, streams: [Vector])] {
        let tokens = try gpt.tokenizer.tokens(of: document)
        var cache = emptyCache
        return (0..<min(gpt.config.blockSize, tokens.count - 1)).map { posID in
            if forgets { cache = emptyCache }
            let (logits, streams) = forward(tokens[posID], posID, &cache)
            if detachesCache { cache = detached(cache) }
            return (-softmax(logits)[tokens[posID + 1]].log(), streams)
        }
    }

    func forward(
        _ tokenID: Int, _ posID: Int, _ cache: inout KVCache
    ) -> (logits: Vector, streams: [Vector]) {
        var x = zip(gpt.wte[tokenID], gpt.wpe[posEmb(posID)]).map { t, p in t + p }
        if hasNormAfterEmbeddings { x = rmsnorm(x) }
        var streams = [x]
        for (li, layer) in gpt.layers.enumerated() {
            x = join(x) { x in attention(x, layer, &cache[li]) }
            x = join(x) { x in
                linear(linear(x, layer.mlpFc1).map(activate), layer.mlpFc2)
            }
            streams.append(x)
        }
        return (linear(x, gpt.lmHead), streams)
    }

    private func join(_ x: Vector, _ block: (Vector) -> Vector) -> Vector {
        switch wiring {
        case .preNorm: zip(block(rmsnorm(x)), x).map { a, b in a + b }
        case .postNorm: rmsnorm(zip(block(x), x).map { a, b in a + b })
        case .noResidual: block(rmsnorm(x))
        case .blockOnly: block(x)
        }
    }

    private func attention(
        _ x: Vector, _ layer: Layer, _ cache: inout (keys: [Vector], values: [Vector])
    ) -> Vector {
        let q = linear(x, layer.attnWq)
        var seen = cache
        cache.keys.append(linear(x, layer.attnWk))
        cache.values.append(linear(x, layer.attnWv))
        if !cachesAfterUse { seen = cache }
        let xAttn = (0..<gpt.config.nHead).flatMap { h in
            let head = head(h, gpt.config)
            let attnLogits = seen.keys.map { k in
                dot(head.map { j in q[j] }, head.map { j in k[j] }) / scale(gpt.config)
            }
            let attnWeights = softmax(attnLogits)
            return head.map { j in dot(attnWeights, seen.values.map { v in v[j] }) }
        }
        seesHeads(xAttn)
        return linear(xAttn, layer.attnWo)
    }

    private func activate(_ x: Value) -> Value {
        if let activation { return activation(x) }
        return gpt.config.activation == .relu ? x.relu() : x.relu().pow(2)
    }

    private func detached(_ cache: KVCache) -> KVCache {
        func copies(_ vectors: [Vector]) -> [Vector] { vectors.map { $0.map { Value($0.data) } } }
        return cache.map { (copies($0.keys), copies($0.values)) }
    }
}
