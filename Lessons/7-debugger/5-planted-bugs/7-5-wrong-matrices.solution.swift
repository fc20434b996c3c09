import MicroGPT

public func wrongMatrices(
    _ matrices: [(name: String, matrix: Matrix)], loss: () -> Value
) throws -> [String] {
    let params = matrices.flatMap { $0.matrix.joined() }
    for p in params { p.grad = 0 }
    loss().backward()
    defer { for p in params { p.grad = 0 } }

    func isRight(_ p: Value) -> Bool {
        let (data, h) = (p.data, 1e-5)
        defer { p.data = data }
        p.data = data + h
        let above = loss().data
        p.data = data - h
        let below = loss().data
        let central = (above - below) / (2 * h)
        return abs(p.grad - central) <= 1e-5 * max(abs(p.grad), abs(central), 1e-4)
    }
    return matrices.filter { !$0.matrix.joined().allSatisfy(isRight) }.map(\.name)
}
