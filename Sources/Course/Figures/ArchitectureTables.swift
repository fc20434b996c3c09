import MicroGPT

/// What the figures of module 03 ask a model.
enum Architecture {
    static func loss(_ gpt: GPT, of name: String) throws -> Value {
        gpt.loss(try gpt.tokenizer.encode(name))
    }

    /// All logits, one list for each position, BOS first, that the model gives after `name`.
    static func logits(_ gpt: GPT, after name: String) throws -> [[Double]] {
        var cache = KVCache(repeating: ([], []), count: gpt.config.nLayer)
        return try gpt.tokenizer.encode(name).dropLast().enumerated().map { posID, tokenID in
            gpt.forward(tokenID: tokenID, posID: posID, cache: &cache).map(\.data)
        }
    }
}
