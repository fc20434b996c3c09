public func shareOfNewContexts(
    in heldOut: [[Int]], after training: [[Int]], length: Int
) throws -> Double {
    func contexts(_ documents: [[Int]]) -> [[Int]] {
        documents.flatMap { tokens in
            (1..<tokens.count).map { i in Array(tokens[..<i].suffix(length)) }
        }
    }
    let (seen, asked) = (Set(contexts(training)), contexts(heldOut))
    return Double(asked.count { !seen.contains($0) }) / Double(asked.count)
}
