public func countPairs(_ documents: [[Int]], vocabSize: Int) throws -> [[Int]] {
    var counts = Array(repeating: Array(repeating: 0, count: vocabSize), count: vocabSize)
    for tokens in documents {
        for (token, next) in zip(tokens, tokens.dropFirst()) { counts[token][next] += 1 }
    }
    return counts
}
