import Inspection
import MicroGPT
import PythonRandom

// Several heads of attention in two forms that are one: each head with small matrices of its own, as
// A. Vaswani et al. write it ("Attention Is All You Need", 2017), or each with a slice of what one
// large matrix gives, as GPT-2 and microgpt.py compute it.
//
//     xs                       positions, nEmbd           wq, wk, wv, sliced    nHead * headDim, nEmbd
//     queries, keys, values    positions, headDim         wq, wk, wv of a head  headDim, nEmbd
//     output                   positions, nEmbd           wo                    nEmbd, nHead * headDim

/// One head's attention over a document: position t looks at positions 0 to t.
///
/// - Parameters: for each position, headDim values each.
/// - Returns: headDim values for each position.
public func causalAttention(_ queries: Matrix, _ keys: Matrix, _ values: Matrix) -> Matrix {
    queries.indices.map { t in
        let scale = power(Double(queries[t].count), 0.5)
        let attnLogits = keys[...t].map { k in dot(queries[t], k) / scale }
        let attnWeights = softmax(attnLogits)
        return values[t].indices.map { j in dot(attnWeights, values[...t].map { v in v[j] }) }
    }
}

/// Heads that share three large matrices: head h has rows h * headDim and on of each.
public struct SlicedHeads {
    public let wq, wk, wv, wo: Matrix
    public let nHead: Int
    public var headDim: Int { wq.count / nHead }
    /// All weights, matrix by matrix, row by row.
    public var params: [Value] { [wq, wk, wv, wo].flatMap { $0.joined() } }

    public init(wq: Matrix, wk: Matrix, wv: Matrix, wo: Matrix, nHead: Int) {
        require(wq.count % nHead == 0, "\(wq.count) rows for \(nHead) heads")
        (self.wq, self.wk, self.wv, self.wo, self.nHead) = (wq, wk, wv, wo, nHead)
    }

    /// Draws the weights.
    ///
    /// - Parameter headDim: the width of a head; nEmbd / nHead in every GPT, but it need not be.
    public init(
        nEmbd: Int, nHead: Int, headDim: Int, std: Double, _ rng: inout PythonRandom
    ) {
        func matrix(_ nOut: Int, _ nIn: Int) -> Matrix {
            (0..<nOut).map { _ in (0..<nIn).map { _ in Value(rng.gauss(0, std)) } }
        }
        let width = nHead * headDim
        self.init(
            wq: matrix(width, nEmbd), wk: matrix(width, nEmbd), wv: matrix(width, nEmbd),
            wo: matrix(nEmbd, width), nHead: nHead)
    }

    public func output(_ xs: Matrix) -> Matrix { headOutputs(xs).map { linear($0, wo) } }

    /// What the heads have found at each position, head 0 first.
    public func headOutputs(_ xs: Matrix) -> Matrix {
        let queries = xs.map { linear($0, wq) }
        let keys = xs.map { linear($0, wk) }
        let values = xs.map { linear($0, wv) }
        let outputs = (0..<nHead).map { h in
            let head = h * headDim..<(h + 1) * headDim
            func slice(_ vectors: Matrix) -> Matrix { vectors.map { Array($0[head]) } }
            return causalAttention(slice(queries), slice(keys), slice(values))
        }
        return xs.indices.map { t in outputs.flatMap { $0[t] } }
    }
}

/// Heads with matrices of their own, and one matrix more that mixes their outputs.
public struct SeparateHeads {
    public struct Head {
        public let wq, wk, wv: Matrix
    }

    public let heads: [Head]
    public let wo: Matrix
    /// All weights, in the order of `SlicedHeads.params`.
    public var params: [Value] {
        let stacked = [\Head.wq, \.wk, \.wv].flatMap { matrix in
            heads.flatMap { $0[keyPath: matrix] }
        }
        return (stacked + wo).flatMap { $0 }
    }

    /// Gives each head its rows, as new weights with the same numbers.
    public init(cutting sliced: SlicedHeads) {
        func copy(_ rows: some Sequence<[Value]>) -> Matrix {
            rows.map { row in row.map { Value($0.data) } }
        }
        heads = (0..<sliced.nHead).map { h in
            let rows = h * sliced.headDim..<(h + 1) * sliced.headDim
            return Head(
                wq: copy(sliced.wq[rows]), wk: copy(sliced.wk[rows]), wv: copy(sliced.wv[rows]))
        }
        wo = copy(sliced.wo)
    }

    public func output(_ xs: Matrix) -> Matrix { headOutputs(xs).map { linear($0, wo) } }

    /// What the heads have found at each position, head 0 first.
    public func headOutputs(_ xs: Matrix) -> Matrix {
        let outputs = heads.map { head in
            causalAttention(
                xs.map { linear($0, head.wq) }, xs.map { linear($0, head.wk) },
                xs.map { linear($0, head.wv) })
        }
        return xs.indices.map { t in outputs.flatMap { $0[t] } }
    }
}
