import MicroGPT

public func nameProbability(_ name: String, _ gpt: GPT, temperature: Double) throws -> Double {
    let tokens = gpt.tokenizer.encode(name)
    guard tokens.count - 2 <= gpt.config.blockSize else { return 0 }
    var cache = gpt.emptyCache
    var probability = 1.0
    for posID in 0..<min(gpt.config.blockSize, tokens.count - 1) {
        let logits = gpt.forward(tokenID: tokens[posID], posID: posID, cache: &cache)
        probability *= softmax(logits.map { $0 / temperature })[tokens[posID + 1]].data
    }
    return probability
}
