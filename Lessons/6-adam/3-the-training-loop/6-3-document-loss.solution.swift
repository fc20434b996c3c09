import MicroGPT

public func documentLoss(_ tokens: [Int], _ gpt: GPT) throws -> Value {
    let n = min(gpt.config.blockSize, tokens.count - 1)
    var cache = gpt.emptyCache
    let losses = (0..<n).map { posID in
        let logits = gpt.forward(tokenID: tokens[posID], posID: posID, cache: &cache)
        return -softmax(logits)[tokens[posID + 1]].log()
    }
    return sum(losses) / Double(n)
}
