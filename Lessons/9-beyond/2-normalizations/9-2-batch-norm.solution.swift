import MicroGPT

public func batchNorm(_ batch: Matrix, gain: [Value], bias: [Value]) throws -> Matrix {
    let columns = gain.indices.map { j in
        layernorm(batch.map { row in row[j] }).map { $0 * gain[j] + bias[j] }
    }
    return batch.indices.map { i in columns.map { $0[i] } }
}
