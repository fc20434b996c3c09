public func draw(from row: [Int], dart: Double) throws -> Int {
    let total = Double(row.reduce(0, +) + row.count)
    var end = 0.0
    for (token, count) in row.enumerated() {
        end += Double(count + 1) / total
        if dart < end { return token }
    }
    return row.count - 1
}
