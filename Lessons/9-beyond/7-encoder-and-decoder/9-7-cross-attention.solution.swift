import MicroGPT

public func crossAttention(
    xs: [[Value]], encoded: [[Value]], wq: Matrix, wk: Matrix, wv: Matrix, nHead: Int
) throws -> [[Value]] {
    let keys = encoded.map { x in linear(x, wk) }
    let values = encoded.map { x in linear(x, wv) }
    return try xs.map { x in
        try multiHeadAttention(q: linear(x, wq), keys: keys, values: values, nHead: nHead)
    }
}
