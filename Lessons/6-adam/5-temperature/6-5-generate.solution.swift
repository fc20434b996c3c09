import MicroGPT

public func generate(_ gpt: GPT, choose: ([Double]) -> Int) throws -> String {
    var cache = gpt.emptyCache
    var tokenID = gpt.tokenizer.bos
    var text = ""
    for posID in 0..<gpt.config.blockSize {
        let logits = gpt.forward(tokenID: tokenID, posID: posID, cache: &cache)
        tokenID = choose(softmax(logits).map(\.data))
        if tokenID == gpt.tokenizer.bos { break }
        text.unicodeScalars.append(gpt.tokenizer.characters[tokenID])
    }
    return text
}
