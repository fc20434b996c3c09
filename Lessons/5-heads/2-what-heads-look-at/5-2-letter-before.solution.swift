public func lookedAtLetterBefore(_ weights: [[Double]]) throws -> Double {
    let rows = weights.dropFirst()
    let looked = rows.reduce(0) { $0 + $1[$1.count - 2] }
    let evenly = rows.reduce(0) { $0 + 1 / Double($1.count) }
    return looked / evenly
}
