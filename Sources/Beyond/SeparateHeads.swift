import Inspection
import MicroGPT
import PythonRandom

// Several heads of attention in two forms that are one: each head with small matrices of its own, as
// A. Vaswani et al. write it ("Attention Is All You Need", 2017), or each with a slice of what one
// large matrix gives, as GPT-2 and microgpt.py compute it.
//
//     xs                       positions, nEmbd           wq, wk, wv, sliced    nHead * headDim, nEmbd
//     q, k, v of a head        headDim                    wq, wk, wv of a head  headDim, nEmbd
//     output                   positions, nEmbd           wo                    nEmbd, nHead * headDim

/// Heads of attention, whatever makes their queries, keys and values.
public protocol Heads {
    typealias Head = (q: [Value], k: [Value], v: [Value])
    var wo: Matrix { get }
    /// The query, the key and the value of each head at a position.
    func project(_ x: [Value]) -> [Head]
}

extension Heads {
    public func output(_ xs: Matrix) -> Matrix { headOutputs(xs).map { linear($0, wo) } }

    /// What the heads have found at each position, head 0 first. Position t looks at 0 to t.
    public func headOutputs(_ xs: Matrix) -> Matrix {
        let made = xs.map(project)
        return made.indices.map { t in headOutput(made[...t]) }
    }

    /// What the heads find at the last of some positions.
    public func headOutput(_ made: ArraySlice<[Head]>) -> [Value] {
        (made.last ?? []).enumerated().flatMap { h, head in
            attend(head.q, made.map { $0[h].k }, made.map { $0[h].v }).headOut
        }
    }
}

/// Heads that share three large matrices: head h has rows h * headDim and on of each.
public struct SlicedHeads: Heads {
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

    public func project(_ x: [Value]) -> [Head] {
        let (q, k, v) = (linear(x, wq), linear(x, wk), linear(x, wv))
        return (0..<nHead).map { h in
            let head = h * headDim..<(h + 1) * headDim
            return (Array(q[head]), Array(k[head]), Array(v[head]))
        }
    }
}

/// Heads with matrices of their own, and one matrix more that mixes their outputs.
public struct SeparateHeads: Heads {
    public struct Matrices {
        public let wq, wk, wv: Matrix
    }

    public let heads: [Matrices]
    public let wo: Matrix
    /// All weights, in the order of `SlicedHeads.params`.
    public var params: [Value] {
        let stacked = [\Matrices.wq, \.wk, \.wv].flatMap { matrix in
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
            return Matrices(
                wq: copy(sliced.wq[rows]), wk: copy(sliced.wk[rows]), wv: copy(sliced.wv[rows]))
        }
        wo = copy(sliced.wo)
    }

    public func project(_ x: [Value]) -> [Head] {
        heads.map { head in (linear(x, head.wq), linear(x, head.wk), linear(x, head.wv)) }
    }
}
