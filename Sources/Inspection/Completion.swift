import Foundation
import MicroGPT
import PythonRandom

extension GPT {
    /// The logits at each position, of tokens that begin at position 0.
    public func logits(_ tokens: some Collection<Int>) -> [[Value]] {
        var cache = emptyCache
        return logits(tokens, &cache)
    }

    /// The logits at each position, of tokens that come after those in the cache.
    public func logits(_ tokens: some Collection<Int>, _ cache: inout KVCache) -> [[Value]] {
        tokens.map { forward(tokenID: $0, posID: cache[0].keys.count, cache: &cache) }
    }

    /// The probability of each token after a prefix: vocabSize numbers, the last one that of BOS,
    /// the end.
    ///
    /// - Throws: `UserError` if the prefix has an unknown character, or leaves no room for another.
    public func nextProbabilities(
        after prefix: String, temperature: Double
    ) throws(UserError) -> [Double] {
        var cache = KVCache()
        let logits = try start(prefix, &cache)
        return try probabilities(logits, temperature)
    }

    /// A new document that begins with a prompt; with an empty one, the same as without.
    ///
    /// - Throws: `UserError` if the prompt has an unknown character, or leaves no room for another.
    public func sample(
        prompt: String, temperature: Double, _ rng: inout PythonRandom
    ) throws(UserError) -> String {
        var cache = KVCache()
        var logits = try start(prompt, &cache)
        var sample = prompt
        while true {
            let tokenID = rng.choice(weights: try probabilities(logits, temperature))
            if tokenID == tokenizer.bos { return sample }
            sample.unicodeScalars.append(tokenizer.characters[tokenID])
            let posID = cache[0].keys.count
            if posID == config.blockSize { return sample }
            logits = forward(tokenID: tokenID, posID: posID, cache: &cache)
        }
    }

    /// The logits after BOS and a prefix.
    private func start(_ prefix: String, _ cache: inout KVCache) throws(UserError) -> [Value] {
        let tokens = try tokenizer.tokens(of: prefix).dropLast()
        guard tokens.count <= config.blockSize else {
            throw UserError(
                "\"\(prefix)\" has \(tokens.count - 1) characters; with a context of "
                    + "\(config.blockSize), at most \(config.blockSize - 1) leave room for another")
        }
        cache = emptyCache
        return logits(tokens, &cache).last ?? []
    }

    private func probabilities(
        _ logits: [Value], _ temperature: Double
    ) throws(UserError) -> [Double] {
        let probs = softmax(logits.map { $0 / temperature }).map { $0.data }
        guard probs[0].isFinite else { throw .noProbabilities }
        return probs
    }
}
