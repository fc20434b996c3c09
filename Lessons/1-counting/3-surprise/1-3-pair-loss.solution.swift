import Foundation

public func pairLoss(
    _ document: [Int], countedIn documents: [[Int]], vocabSize: Int
) throws -> Double {
    var counts = Array(repeating: Array(repeating: 1.0, count: vocabSize), count: vocabSize)
    for tokens in documents {
        for (token, next) in zip(tokens, tokens.dropFirst()) { counts[token][next] += 1 }
    }
    let losses = zip(document, document.dropFirst()).map { token, next in
        -log(counts[token][next] / counts[token].reduce(0, +))
    }
    return losses.reduce(0, +) / Double(losses.count)
}
