import MicroGPT

public func forwardMultiplyAdds(
    _ config: Config, positions: Int, vocabSize: Int
) throws -> Int {
    let n = config.nEmbd
    let attention = 4 * n * n  // queries, keys, values and the output
    let mlp = n * 4 * n + 4 * n * n
    let logits = vocabSize * n
    let lookedAt = positions * (positions + 1) / 2
    return positions * (config.nLayer * (attention + mlp) + logits)
        + config.nLayer * lookedAt * 2 * n  // keys, then values, of all heads together
}
