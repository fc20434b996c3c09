import MicroGPT

public func multiply(_ w: Matrix, _ x: [Value]) throws -> [Value] {
    w.map { row in dot(row, x) }
}
