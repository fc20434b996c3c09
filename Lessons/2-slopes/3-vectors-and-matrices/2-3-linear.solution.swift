public func multiply(_ w: [[Double]], _ x: [Double]) throws -> [Double] {
    w.map { row in zip(row, x).reduce(0) { total, pair in total + pair.0 * pair.1 } }
}
