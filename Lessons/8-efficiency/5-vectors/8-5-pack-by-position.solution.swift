import MicroGPT

public func packByPosition(
    _ documents: [[Int]], blockSize: Int
) throws -> (starts: [Int], tokens: [Int], targets: [Int]) {
    let longestFirst = documents.sorted { $0.count > $1.count }
    let positions = min(blockSize, (longestFirst.first?.count ?? 1) - 1)
    var (starts, tokens, targets): ([Int], [Int], [Int]) = ([], [], [])
    for t in 0..<positions {
        starts.append(tokens.count)
        for document in longestFirst.prefix(while: { $0.count > t + 1 }) {
            tokens.append(document[t])
            targets.append(document[t + 1])
        }
    }
    return (starts, tokens, targets)
}
