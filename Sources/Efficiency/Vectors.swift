import Foundation
import Inspection
import MicroGPT

/// Rung 4: many documents at once, in `Float`, sixteen numbers to an instruction.
///
/// The documents are packed by position, the longest first: the first tokens of all of them, then
/// the second tokens of those that have one, and so on. A token is a column, and number j of all
/// tokens is a row. Whatever is done to one token is done to its neighbours in the same
/// instruction, and nothing is computed where a document has ended. The formulas are those of
/// `Arrays`.
///
/// Threads share the documents. Their gradients add up in the order of the threads, so that the
/// same number of threads always gives the same bits.
public final class Vectors: Engine {
    private let model: Model
    private let team: Team
    private var steps = 0

    /// On the thread that asks.
    public convenience init(_ gpt: GPT) throws(UserError) { try self.init(gpt, threads: 1) }

    /// An engine with the parameters of a model, before the first step.
    ///
    /// - Parameter threads: how many threads share the documents of a batch.
    /// - Throws: `UserError` if a parameter is out of the range of `Float`, or if so many threads
    ///   cannot be made.
    public init(_ gpt: GPT, threads: Int) throws(UserError) {
        if let p = gpt.params.first(where: { !Float($0.data).isFinite }) {
            throw UserError("a parameter is \(p.data), out of the range of 32-bit numbers")
        }
        team = try Team(of: threads)
        model = Model(gpt, threads: threads)
        params = gpt.params.map(\.data)
    }

    /// In the order of `GPT.params`; kept as `Float`, so what was set comes back rounded.
    public var params: [Double] {
        get { model.layout.read(model.weights) }
        set { model.layout.write(newValue, to: model.weights) }
    }

    /// The steps so far and the moments, in the order of `params`; kept as `Float`, too.
    public var adam: Adam {
        get {
            var adam = Adam(paramCount: 0)
            adam.step = steps
            (adam.m, adam.v) = (model.layout.read(model.m), model.layout.read(model.v))
            return adam
        }
        set {
            steps = newValue.step
            model.layout.write(newValue.m, to: model.m)
            model.layout.write(newValue.v, to: model.v)
        }
    }

    /// All documents at once; threads' gradients add up in the order of the threads.
    public func lossAndGradients(_ documents: [[Int]]) -> (loss: Double, gradients: [Double]) {
        let loss = passes(documents)
        let sums = Floats(model.layout.count)
        for i in stride(from: 0, to: sums.count, by: lanes) {
            sums.start[vector: i] = model.gradient(i)
        }
        return (loss, model.layout.read(sums))
    }

    /// One step; each thread updates a share of the parameters.
    public func trainStep(_ documents: [[Int]]) -> Double {
        let loss = passes(documents)
        guard loss.isFinite else { return loss }
        let step = AdamStep(after: steps, model.config)
        steps += 1
        team.run { [model] _, share in model.update(share(model.layout.count / lanes), step) }
        return loss
    }

    /// Forward and backward through all documents, each thread with its part of them.
    ///
    /// - Returns: the mean of their losses.
    private func passes(_ documents: [[Int]]) -> Double {
        expectDocuments(documents, vocabSize: model.layout.places[0].rows)
        // Dealt like cards, so that all threads have about as many tokens.
        let longestFirst = documents.sorted { $0.count > $1.count }
        let threads = model.packs.count
        team.run { [model] thread, _ in
            let part = stride(from: thread, to: documents.count, by: threads)
            model.packs[thread].pass(
                part.map { longestFirst[$0] }, of: documents.count, by: model.weights)
        }
        return model.packs.reduce(0) { $0 + $1.loss }
    }
}

/// What the threads share. Each writes to what nobody else looks at in the same job.
private struct Model: Sendable {
    let config: Config
    let layout: Layout
    let weights, m, v: Floats
    let packs: [Pack]

    init(_ gpt: GPT, threads: Int) {
        config = gpt.config
        let layout = Layout(gpt.config, vocabSize: gpt.tokenizer.vocabSize)
        self.layout = layout
        weights = Floats(layout.count)
        (m, v) = (Floats(layout.count), Floats(layout.count))
        packs = (0..<threads).map { _ in Pack(gpt.config, layout) }
    }

    /// What all threads found for the vector of parameters from i on.
    @inline(__always) func gradient(_ i: Int) -> Vector {
        var sum = packs[0].gradients.start[vector: i]
        for pack in packs.dropFirst() { sum += pack.gradients.start[vector: i] }
        return sum
    }

    /// Adam, for some of the vectors of parameters.
    func update(_ vectors: Range<Int>, _ step: AdamStep) {
        let (beta1, beta2) = (Float(config.beta1), Float(config.beta2))
        let (bias1, bias2) = (Float(1 / step.bias1), Float(1 / step.bias2))
        let (rate, epsilon) = (Float(step.learningRate), Float(config.epsilon))
        let (weights, m, v) = (weights.start, m.start, v.start)
        for i in vectors {
            let i = i * lanes
            let gradient = gradient(i)
            m[vector: i] = normal(beta1 * m[vector: i] + (1 - beta1) * gradient)
            v[vector: i] = normal(beta2 * v[vector: i] + (1 - beta2) * gradient * gradient)
            let (mHat, vHat) = (m[vector: i] * bias1, v[vector: i] * bias2)
            weights[vector: i] -= rate * mHat / (vHat.squareRoot() + epsilon)
        }
    }
}

// MARK: - Numbers by the vector

#if arch(arm64)
    private typealias Vector = SIMD8<Float>  // of 32 registers for 4 numbers, a tile takes 16
#else
    private typealias Vector = SIMD16<Float>
#endif

private let lanes = Vector.scalarCount

/// - Returns: as many as are needed for `count` in whole vectors.
private func whole(_ count: Int) -> Int { (count + lanes - 1) / lanes * lanes }

private typealias Row = UnsafeMutablePointer<Float>

extension Row {
    /// The numbers from i on, as a vector.
    @inline(__always) fileprivate subscript(vector i: Int) -> Vector {
        get { UnsafeRawPointer(self + i).loadUnaligned(as: Vector.self) }
        nonmutating set {
            UnsafeMutableRawPointer(self + i).storeBytes(of: newValue, as: Vector.self)
        }
    }
}

/// A matrix in memory, row after row. Nothing here is checked: neither bounds nor overflow.
private struct Rows {
    let start: Row
    /// From a row to the next.
    let stride: Int

    /// The numbers of row j from column c on, as a vector.
    @inline(__always) subscript(_ j: Int, _ c: Int) -> Vector {
        get { start[vector: j &* stride &+ c] }
        nonmutating set { start[vector: j &* stride &+ c] = newValue }
    }

    /// The rows from j on.
    func from(_ j: Int) -> Rows { Rows(start: start + j * stride, stride: stride) }
}

/// Numbers that are there as long as their object is; zeros at first.
private final class Floats: @unchecked Sendable {
    let start: Row
    let count: Int

    init(_ count: Int) {
        start = UnsafeMutableRawPointer.allocate(byteCount: 4 * count, alignment: 64)
            .initializeMemory(as: Float.self, repeating: 0, count: count)
        self.count = count
    }

    deinit { start.deallocate() }
}

/// Where a matrix begins in the parameters. Its rows are in whole vectors; nobody looks at what
/// there is after the numbers of a row.
private struct Place: Sendable {
    let start, rows, columns: Int
    var stride: Int { whole(columns) }

    func rows(of floats: Floats) -> Rows { Rows(start: floats.start + start, stride: stride) }
}

private struct Layout: Sendable {
    private(set) var count = 0
    private(set) var places: [Place] = []

    /// All matrices in the order of `GPT.params`.
    init(_ config: Config, vocabSize: Int) {
        let n = config.nEmbd
        let layer = [(n, n), (n, n), (n, n), (n, n), (4 * n, n), (n, 4 * n)]
        let sizes =
            [(vocabSize, n), (config.blockSize, n), (vocabSize, n)]
            + (0..<config.nLayer).flatMap { _ in layer }
        for (rows, columns) in sizes {
            let place = Place(start: count, rows: rows, columns: columns)
            places.append(place)
            count += rows * place.stride
        }
    }

    func read(_ floats: Floats) -> [Double] {
        places.flatMap { place in
            (0..<place.rows).flatMap { row in
                let start = place.rows(of: floats).from(row).start
                return (0..<place.columns).map { Double(start[$0]) }
            }
        }
    }

    func write(_ numbers: [Double], to floats: Floats) {
        let expected = places.reduce(0) { $0 + $1.rows * $1.columns }
        require(numbers.count == expected, "\(numbers.count) of \(expected) numbers")
        var rest = numbers[...]
        for place in places {
            for row in 0..<place.rows {
                let start = place.rows(of: floats).from(row).start
                for column in 0..<place.columns { start[column] = Float(rest.removeFirst()) }
            }
        }
    }
}

// MARK: - Documents side by side

/// The tokens of documents, packed by position.
private struct Columns {
    /// Where each position's columns begin, and how many there are.
    private(set) var positions: [(start: Int, count: Int)] = []
    private(set) var tokens: [Int] = []
    private(set) var targets: [Int] = []
    /// What the loss of a column counts in that of all documents.
    private(set) var shares: [Float] = []

    /// How many, in whole vectors. What stands in columns without a token is finite, and zero
    /// wherever it would count.
    var end: Int { whole(tokens.count) }

    /// - Parameters:
    ///   - longestFirst: the documents in that order.
    ///   - total: how many documents the mean of the losses is of.
    init(_ longestFirst: [[Int]], of total: Int, _ blockSize: Int) {
        let lengths = longestFirst.map { min($0.count - 1, blockSize) }
        for position in 0..<(lengths.first ?? 0) {
            let active = lengths.prefix { $0 > position }.count
            positions.append((tokens.count, active))
            for d in 0..<active {
                tokens.append(longestFirst[d][position])
                targets.append(longestFirst[d][position + 1])
                shares.append(1 / Float(lengths[d] * total))
            }
        }
    }
}

/// All that is computed of some documents: rows with a number for each column.
private final class Activations {
    struct Layer {
        let x, normed, q, k, v, attended, middle, normedMiddle, hidden, active: Rows
        /// A row for each head, position, and position looked at; a column for each document.
        let weights: Rows
    }

    let layers: [Layer]
    let embedded, last, logits: Rows
    let dX, dNormed, dWide, dAttended, dQ, dK, dV: Rows
    let shares: Rows
    /// A row for each position: 1 for each document that has it, and 0 for the rest.
    let isThere: Rows
    /// By position looked at, for one vector of documents.
    let dWeights: Rows
    /// For a transposed matrix.
    let turned: Row

    let vocabSize: Int
    private let floats: [Floats]
    private let columns, documents, positions: Int
    /// How many pairs of a position and one that it looks at there are.
    let pairs: Int

    convenience init(_ config: Config, vocabSize: Int, _ columns: Columns) {
        let positions = columns.positions
        self.init(
            config, vocabSize: vocabSize, columns: columns.end, documents: positions[0].count,
            positions: positions.count, Floats.init)
    }

    /// - Parameter make: gives memory for so many numbers.
    init(
        _ config: Config, vocabSize: Int, columns all: Int, documents: Int, positions: Int,
        _ make: (Int) -> Floats
    ) {
        var floats: [Floats] = []
        func rows(_ count: Int, _ columns: Int) -> Rows {
            // Vectors may begin anywhere; and an odd number of them in a row spreads the rows over
            // the sets of the cache.
            let stride = (whole(columns) / lanes + 1 | 1) * lanes
            floats.append(make(whole(count) * stride))
            return Rows(start: floats[floats.count - 1].start, stride: stride)
        }
        let n = config.nEmbd
        (self.vocabSize, self.documents, self.positions) = (vocabSize, documents, positions)
        self.columns = all
        pairs = positions * (positions + 1) / 2
        layers = (0..<config.nLayer).map { [pairs] _ in
            Layer(
                x: rows(n, all), normed: rows(n, all), q: rows(n, all), k: rows(n, all),
                v: rows(n, all), attended: rows(n, all), middle: rows(n, all),
                normedMiddle: rows(n, all), hidden: rows(4 * n, all), active: rows(4 * n, all),
                weights: rows(config.nHead * pairs, documents))
        }
        (embedded, last, logits) = (rows(n, all), rows(n, all), rows(vocabSize, all))
        (dX, dNormed, dWide) = (rows(n, all), rows(n, all), rows(4 * n, all))
        (dAttended, dQ, dK, dV) = (rows(n, all), rows(n, all), rows(n, all), rows(n, all))
        (shares, dWeights) = (rows(1, all), rows(positions, 1))
        isThere = rows(positions, documents)
        turned = rows(all, whole(4 * n)).start
        self.floats = floats
    }

    /// Notes which documents have which positions, and what each column counts.
    func mark(_ columns: Columns) {
        for (t, position) in columns.positions.enumerated() {
            let row = isThere.from(t).start
            for d in 0..<whole(documents) { row[d] = d < position.count ? 1 : 0 }
        }
        for c in 0..<columns.end { shares.start[c] = 0 }
        for (c, share) in columns.shares.enumerated() { shares.start[c] = share }
    }

    func hold(_ columns: Columns) -> Bool {
        self.columns >= columns.end && documents >= columns.positions[0].count
            && positions >= columns.positions.count
    }
}

extension Vectors {
    /// How many bytes the activations of so many documents on one thread take.
    static func activationBytes(
        _ config: Config, vocabSize: Int, documents: Int, positions: Int
    ) -> Double {
        var count = 0.0
        _ = Activations(
            config, vocabSize: vocabSize, columns: whole(documents * positions),
            documents: documents, positions: positions
        ) {
            count += Double($0)
            return Floats(0)
        }
        return 4 * count
    }

    /// How many bytes all parameters take.
    static func parameterBytes(_ config: Config, vocabSize: Int) -> Double {
        4 * Double(Layout(config, vocabSize: vocabSize).count)
    }
}

// MARK: - The model

/// A matrix of parameters and its gradients, as rows of `columns` numbers each.
private struct Matrix {
    let rows, columns: Int
    let weights, gradients: Rows

    init(_ place: Place, _ weights: Floats, _ gradients: Floats) {
        (rows, columns) = (place.rows, place.columns)
        (self.weights, self.gradients) = (place.rows(of: weights), place.rows(of: gradients))
    }
}

/// The documents of one thread.
private final class Pack: @unchecked Sendable {
    /// Their part in the mean of the losses of all threads' documents.
    private(set) var loss = 0.0
    let gradients: Floats

    private let config: Config
    private let weights: Floats
    private let wte, wpe, lmHead: Matrix
    private let layers: [[Matrix]]  // attnWq, attnWk, attnWv, attnWo, mlpFc1, mlpFc2
    private var activations: Activations?

    init(_ config: Config, _ layout: Layout) {
        let (weights, gradients) = (Floats(layout.count), Floats(layout.count))
        (self.config, self.weights, self.gradients) = (config, weights, gradients)
        let matrices = layout.places.map { Matrix($0, weights, gradients) }
        (wte, wpe, lmHead) = (matrices[0], matrices[1], matrices[2])
        layers = (0..<config.nLayer).map { Array(matrices[3 + 6 * $0..<9 + 6 * $0]) }
    }

    /// Finds the loss and the gradients of documents, the longest first.
    ///
    /// - Parameters:
    ///   - total: how many documents the mean is of.
    ///   - shared: the parameters.
    func pass(_ documents: [[Int]], of total: Int, by shared: Floats) {
        // A copy of its own: what another thread has just written is far away, number by number.
        weights.start.update(from: shared.start, count: shared.count)
        gradients.start.update(repeating: 0, count: gradients.count)
        loss = 0
        if documents.isEmpty { return }
        let columns = Columns(documents, of: total, config.blockSize)
        if activations?.hold(columns) == false { activations = nil }
        let a = activations ?? Activations(config, vocabSize: wte.rows, columns)
        a.mark(columns)
        forward(columns, a)
        loss = lossBackward(columns, a)
        backward(columns, a)
        // What is not finite would spoil later sums, even where it counts zero times.
        activations = loss.isFinite ? a : nil
    }

    private func forward(_ columns: Columns, _ a: Activations) {
        let (n, end) = (config.nEmbd, columns.end)
        embed(columns, wte, wpe, a)
        var x = a.layers.first?.x ?? a.last
        rmsnorm(a.embedded, n, end, x)
        for (li, (w, layer)) in zip(layers, a.layers).enumerated() {
            rmsnorm(x, n, end, layer.normed)
            linear(layer.normed, w[0], end, layer.q)
            linear(layer.normed, w[1], end, layer.k)
            linear(layer.normed, w[2], end, layer.v)
            attention(columns, config, layer, a)
            linear(layer.attended, w[3], end, layer.middle, adding: x)
            rmsnorm(layer.middle, n, end, layer.normedMiddle)
            linear(layer.normedMiddle, w[4], end, layer.hidden)
            activate(layer.hidden, 4 * n, end, config.activation, layer.active)
            x = li + 1 < a.layers.count ? a.layers[li + 1].x : a.last
            linear(layer.active, w[5], end, x, adding: layer.middle)
        }
        linear(a.last, lmHead, end, a.logits)
    }

    /// From the derivatives by the logits, which are in their place.
    private func backward(_ columns: Columns, _ a: Activations) {
        let (n, end) = (config.nEmbd, columns.end)
        linearBackward(a.logits, a.last, lmHead, columns, a, a.dX)
        for (w, layer) in zip(layers, a.layers).reversed() {
            linearBackward(a.dX, layer.active, w[5], columns, a, a.dWide)
            activateBackward(layer.hidden, 4 * n, end, config.activation, a.dWide)
            linearBackward(a.dWide, layer.normedMiddle, w[4], columns, a, a.dNormed)
            rmsnormBackward(a.dNormed, layer.middle, n, end, a.dX)  // beside the residual's

            linearBackward(a.dX, layer.attended, w[3], columns, a, a.dAttended)
            attentionBackward(columns, config, layer, a)
            linearBackward(a.dQ, layer.normed, w[0], columns, a, a.dNormed)
            linearBackward(a.dK, nil, w[1], columns, a, a.dNormed, adding: true)
            linearBackward(a.dV, nil, w[2], columns, a, a.dNormed, adding: true)
            rmsnormBackward(a.dNormed, layer.x, n, end, a.dX)
        }
        for j in 0..<n { for c in stride(from: 0, to: end, by: lanes) { a.dNormed[j, c] = .zero } }
        rmsnormBackward(a.dX, a.embedded, n, end, a.dNormed)
        embedBackward(a.dNormed, columns, wte, wpe, a)
    }
}

// MARK: - Embeddings

private func embed(_ columns: Columns, _ wte: Matrix, _ wpe: Matrix, _ a: Activations) {
    let (tokens, positions) = (wte.weights, wpe.weights)
    let sums = Rows(start: a.turned, stride: tokens.stride)
    sums.start.update(repeating: 0, count: columns.end * sums.stride)
    for (position, range) in columns.positions.enumerated() {
        for c in range.start..<range.start + range.count {
            for j in stride(from: 0, to: sums.stride, by: lanes) {
                sums[c, j] = tokens[columns.tokens[c], j] + positions[position, j]
            }
        }
    }
    transpose(sums, columns.end, sums.stride, into: a.embedded)
}

/// The derivative by a column is added to the gradients of its token's row and its position's.
private func embedBackward(
    _ dX: Rows, _ columns: Columns, _ wte: Matrix, _ wpe: Matrix, _ a: Activations
) {
    let (tokens, positions) = (wte.gradients, wpe.gradients)
    let d = Rows(start: a.turned, stride: tokens.stride)
    transpose(dX, d.stride, columns.end, into: d)
    for (position, range) in columns.positions.enumerated() {
        for c in range.start..<range.start + range.count {
            for j in stride(from: 0, to: d.stride, by: lanes) {
                tokens[columns.tokens[c], j] += d[c, j]
                positions[position, j] += d[c, j]
            }
        }
    }
}

// MARK: - Linear layers

/// y = W x, plus what is to be added.
private func linear(_ x: Rows, _ w: Matrix, _ end: Int, _ y: Rows, adding: Rows? = nil) {
    multiply(w.weights, w.rows, w.columns, x, into: y, end, adding: adding)
}

/// dX = Wᵀ dY, or added to what it was; and to the gradient of W, dY xᵀ.
///
/// - Parameter x: nil for that of the call before.
private func linearBackward(
    _ dY: Rows, _ x: Rows?, _ w: Matrix, _ columns: Columns, _ a: Activations, _ dX: Rows,
    adding: Bool = false
) {
    multiply(
        w.weights, transposed: true, w.columns, w.rows, dY, into: dX, columns.end,
        adding: adding ? dX : nil)
    let turned = Rows(start: a.turned, stride: w.gradients.stride)
    if let x { transpose(x, turned.stride, columns.end, into: turned) }
    multiply(dY, w.rows, columns.tokens.count, turned, into: w.gradients, turned.stride)
}

// MARK: - Attention

private func attention(
    _ columns: Columns, _ config: Config, _ layer: Activations.Layer, _ a: Activations
) {
    let headDim = config.headDim
    let scale = 1 / Float(headDim).squareRoot()
    for h in 0..<config.nHead {
        let (q, k) = (layer.q.from(h * headDim), layer.k.from(h * headDim))
        let (v, out) = (layer.v.from(h * headDim), layer.attended.from(h * headDim))
        for (t, now) in columns.positions.enumerated() {
            let weights = layer.weights.from(h * a.pairs + t * (t + 1) / 2)
            for d in stride(from: 0, to: now.count, by: lanes) {
                let at = now.start + d
                var largest = Vector(repeating: -.infinity)
                for s in 0...t {
                    let there = columns.positions[s].start + d
                    var logit = Vector.zero
                    for j in 0..<headDim { logit.addProduct(q[j, at], k[j, there]) }
                    logit *= scale
                    weights[s, d] = logit
                    largest = larger(largest, logit)
                }
                var total = Vector.zero
                for s in 0...t {
                    let e = exponential(weights[s, d] - largest)
                    weights[s, d] = e
                    total += e
                }
                let inverse = 1 / total
                for s in 0...t { weights[s, d] *= inverse }
                for j in 0..<headDim {
                    var mix = Vector.zero
                    for s in 0...t {
                        mix.addProduct(weights[s, d], v[j, columns.positions[s].start + d])
                    }
                    out[j, at] = mix
                }
            }
        }
    }
    zeroBeyond(columns, config.nEmbd, layer.attended)
}

/// With weights w = softmax(logits), the derivative by logit s is w_s (d_s - Σ_r w_r d_r),
/// where d_s is the derivative by w_s.
private func attentionBackward(
    _ columns: Columns, _ config: Config, _ layer: Activations.Layer, _ a: Activations
) {
    let headDim = config.headDim
    let scale = 1 / Float(headDim).squareRoot()
    for h in 0..<config.nHead {
        let (q, k) = (layer.q.from(h * headDim), layer.k.from(h * headDim))
        let (v, dOut) = (layer.v.from(h * headDim), a.dAttended.from(h * headDim))
        let (dQ, dK) = (a.dQ.from(h * headDim), a.dK.from(h * headDim))
        let dV = a.dV.from(h * headDim)
        for j in 0..<headDim {
            for c in stride(from: 0, to: columns.end + lanes, by: lanes) {
                (dQ[j, c], dK[j, c], dV[j, c]) = (.zero, .zero, .zero)
            }
        }
        for (t, now) in columns.positions.enumerated() {
            let weights = layer.weights.from(h * a.pairs + t * (t + 1) / 2)
            for d in stride(from: 0, to: now.count, by: lanes) {
                let at = now.start + d
                // Lanes after the last document have columns of the next position.
                let isThere = a.isThere[t, d]
                var mean = Vector.zero
                for s in 0...t {
                    let there = columns.positions[s].start + d
                    let weight = weights[s, d] * isThere
                    var dWeight = Vector.zero
                    for j in 0..<headDim {
                        dWeight.addProduct(dOut[j, at], v[j, there])
                        dV[j, there].addProduct(weight, dOut[j, at])
                    }
                    a.dWeights[s, 0] = dWeight
                    mean.addProduct(weight, dWeight)
                }
                for s in 0...t {
                    let there = columns.positions[s].start + d
                    let weight = weights[s, d] * isThere
                    let dLogit = weight * (a.dWeights[s, 0] - mean) * scale
                    for j in 0..<headDim {
                        dQ[j, at].addProduct(dLogit, k[j, there])
                        dK[j, there].addProduct(dLogit, q[j, at])
                    }
                }
            }
        }
    }
}

/// Sets to zero what lanes after the last document have left in columns without a token.
private func zeroBeyond(_ columns: Columns, _ width: Int, _ x: Rows) {
    for j in 0..<width {
        for c in columns.tokens.count..<columns.end { x.from(j).start[c] = 0 }
    }
}

// MARK: - Activation and loss

private func activate(
    _ hidden: Rows, _ width: Int, _ end: Int, _ activation: Config.Activation, _ active: Rows
) {
    let isSquared = activation == .squaredRelu
    for j in 0..<width {
        for c in stride(from: 0, to: end, by: lanes) {
            let r = larger(hidden[j, c], .zero)
            active[j, c] = isSquared ? r * r : r
        }
    }
}

/// From the derivatives by what is active to those by what is hidden, in the same place.
private func activateBackward(
    _ hidden: Rows, _ width: Int, _ end: Int, _ activation: Config.Activation, _ d: Rows
) {
    let isSquared = activation == .squaredRelu
    for j in 0..<width {
        for c in stride(from: 0, to: end, by: lanes) {
            let h = hidden[j, c]
            let slope = isSquared ? 2 * h : Vector(repeating: 1)
            d[j, c] *= slope.replacing(with: 0, where: h .<= 0)
        }
    }
}

/// Softmax and logarithm together, forward and backward: the derivatives by the logits, in their
/// place, are the probabilities, less 1 at the right token, times the share of the column.
///
/// The loss is the logarithm of the sum of all e^logit, less the right token's logit: the logarithm
/// of a probability would be wrong where that is too small for 32 bits.
///
/// - Returns: the sum of the losses times their shares.
private func lossBackward(_ columns: Columns, _ a: Activations) -> Double {
    let (vocabSize, logits, shares) = (a.vocabSize, a.logits, a.shares)
    var loss = 0.0
    for c in stride(from: 0, to: columns.end, by: lanes) {
        var largest = logits[0, c]
        for id in 1..<vocabSize { largest = larger(largest, logits[id, c]) }
        let tokens = c..<min(c + lanes, columns.targets.count)
        for token in tokens {
            let below = largest[token - c] - logits.from(columns.targets[token]).start[token]
            loss += Double(columns.shares[token]) * (below <= zeroBelow ? Double(below) : .infinity)
        }
        var total = Vector.zero
        for id in 0..<vocabSize {
            let e = exponential(logits[id, c] - largest)
            logits[id, c] = e
            total += e
        }
        let scale = shares[0, c] / total
        for id in 0..<vocabSize { logits[id, c] *= scale }
        for token in tokens {
            loss += Double(columns.shares[token] * log(total[token - c]))
            logits.from(columns.targets[token]).start[token] -= columns.shares[token]
        }
    }
    return loss
}

/// So far below the largest logit a token's probability is zero in 64 bits, e^-745.2, and its loss
/// is infinite: then the training has diverged, and this rung says so where the others do.
private let zeroBelow: Float = 745.2

// MARK: - Norm, and functions of vectors

private func rmsnorm(_ x: Rows, _ width: Int, _ end: Int, _ y: Rows) {
    for c in stride(from: 0, to: end, by: lanes) {
        var squares = Vector.zero
        for j in 0..<width { squares.addProduct(x[j, c], x[j, c]) }
        let scale = inverseRoot(squares / Float(width) + 1e-5)
        for j in 0..<width { y[j, c] = x[j, c] * scale }
    }
}

/// Not 1 / √x: of an x that was too large for 32 bits that would be 0, and this is no number, so
/// that the loss is none, either.
@inline(__always) private func inverseRoot(_ x: Vector) -> Vector { x.squareRoot() / x }

/// With y = s x and s = (mean of x² + ε)^-½: dX += s dY - s³ x (x · dY) / width.
private func rmsnormBackward(_ dY: Rows, _ x: Rows, _ width: Int, _ end: Int, _ dX: Rows) {
    for c in stride(from: 0, to: end, by: lanes) {
        var (squares, product) = (Vector.zero, Vector.zero)
        for j in 0..<width {
            squares.addProduct(x[j, c], x[j, c])
            product.addProduct(x[j, c], dY[j, c])
        }
        let scale = 1 / (squares / Float(width) + 1e-5).squareRoot()
        let along = scale * scale * scale * product / Float(width)
        for j in 0..<width { dX[j, c] += scale * dY[j, c] - along * x[j, c] }
    }
}

/// The larger of each two numbers; the standard library's `pointwiseMax` takes them one by one.
@inline(__always) private func larger(_ x: Vector, _ y: Vector) -> Vector {
    x.replacing(with: y, where: y .> x)
}

/// Zero where x is so small that its last digits are missing: such a number takes a processor a
/// hundred times as long, and a moment becomes one when its parameter gets no gradients for long.
@inline(__always) private func normal(_ x: Vector) -> Vector {
    x.replacing(with: 0, where: (x .< .leastNormalMagnitude) .& (x .> -.leastNormalMagnitude))
}

/// e to the power x, for x from -87 to 87; what is beyond counts as -87 or 87.
///
/// x is n ln 2 + r, where n is a whole number and r at most ½ ln 2 away from 0. For r, eight terms
/// of the series; n goes to the bits of the exponent.
@inline(__always) private func exponential(_ x: Vector) -> Vector {
    let x = x.replacing(with: -87, where: x .< -87).replacing(with: 87, where: x .> 87)
    // So large a number has no places after the point: adding it rounds, and n is in the last bits.
    let large = Float(3 << 22)
    let shifted = Vector(repeating: large).addingProduct(x, Float(1 / M_LN2))
    let n = shifted - large
    // ln 2 in two parts, the first of few bits, so that n times it is exact.
    let r = x.addingProduct(n, -0.693_359_375).addingProduct(n, 2.121_944_4e-4)
    var series = Vector(repeating: 1 / 5040)
    for term in [1 / 720, 1 / 120, 1 / 24, 1 / 6, 1 / 2, 1, 1] as [Float] {
        series = Vector(repeating: term).addingProduct(series, r)
    }
    let exponent = (unsafeBitCast(shifted, to: Vector.MaskStorage.self) &+ 127) &<< 23
    return series * unsafeBitCast(exponent, to: Vector.self)
}

// MARK: - Matrices

/// y = a b, for `count` rows of y, each in whole vectors up to `end`, of `depth` products each; or
/// y = aᵀ b.
///
/// - Parameter adding: rows like those of y, or y itself, to which the products are added.
private func multiply(
    _ a: Rows, transposed: Bool = false, _ count: Int, _ depth: Int, _ b: Rows, into y: Rows,
    _ end: Int, adding start: Rows? = nil
) {
    let (row, step) = transposed ? (1, a.stride) : (a.stride, 1)
    var c = 0
    while c < end {
        if c + lanes < end {
            multiplyColumns(c, Two.self, a.start, row, step, count, depth, b, y, start)
            c += 2 * lanes
        } else {
            multiplyColumns(c, One.self, a.start, row, step, count, depth, b, y, start)
            c += lanes
        }
    }
}

/// The columns of y from c on, one or two vectors of them, in tiles of eight rows: as many sums as
/// there are registers for, so that each number that is loaded takes part in many products.
///
/// - Parameters:
///   - row: from a row of a to the next.
///   - step: from a number of a row to the next.
@inline(__always) private func multiplyColumns<T: Tile>(
    _ c: Int, _: T.Type, _ a: Row, _ row: Int, _ step: Int, _ count: Int, _ depth: Int, _ b: Rows,
    _ y: Rows, _ start: Rows?
) {
    for i in stride(from: 0, to: count, by: 8) {
        // After the last row comes the last row again: it is computed, and written, twice.
        let (i0, i1, i2) = (i, min(i + 1, count - 1), min(i + 2, count - 1))
        let (i3, i4, i5) = (min(i + 3, count - 1), min(i + 4, count - 1), min(i + 5, count - 1))
        let (i6, i7) = (min(i + 6, count - 1), min(i + 7, count - 1))
        var (s0, s1, s2, s3) = (T.zero, T.zero, T.zero, T.zero)
        var (s4, s5, s6, s7) = (T.zero, T.zero, T.zero, T.zero)
        if let start {
            (s0, s1, s2, s3) = (T(start, i0, c), T(start, i1, c), T(start, i2, c), T(start, i3, c))
            (s4, s5, s6, s7) = (T(start, i4, c), T(start, i5, c), T(start, i6, c), T(start, i7, c))
        }
        let (a0, a1, a2, a3) = (a + i0 * row, a + i1 * row, a + i2 * row, a + i3 * row)
        let (a4, a5, a6, a7) = (a + i4 * row, a + i5 * row, a + i6 * row, a + i7 * row)
        for k in 0..<depth {
            let (x, k) = (T(b, k, c), k &* step)
            s0.add(a0[k], x)
            s1.add(a1[k], x)
            s2.add(a2[k], x)
            s3.add(a3[k], x)
            s4.add(a4[k], x)
            s5.add(a5[k], x)
            s6.add(a6[k], x)
            s7.add(a7[k], x)
        }
        s0.store(y, i0, c)
        s1.store(y, i1, c)
        s2.store(y, i2, c)
        s3.store(y, i3, c)
        s4.store(y, i4, c)
        s5.store(y, i5, c)
        s6.store(y, i6, c)
        s7.store(y, i7, c)
    }
}

/// Neighbours in a row.
private protocol Tile {
    static var zero: Self { get }
    init(_ rows: Rows, _ j: Int, _ c: Int)
    func store(_ rows: Rows, _ j: Int, _ c: Int)
    mutating func add(_ factor: Float, _ other: Self)
}

private struct One: Tile {
    var x: Vector

    @inline(__always) static var zero: One { One(x: .zero) }
    @inline(__always) init(x: Vector) { self.x = x }
    @inline(__always) init(_ rows: Rows, _ j: Int, _ c: Int) { x = rows[j, c] }
    @inline(__always) func store(_ rows: Rows, _ j: Int, _ c: Int) { rows[j, c] = x }
    @inline(__always) mutating func add(_ factor: Float, _ other: One) {
        x.addProduct(factor, other.x)
    }
}

private struct Two: Tile {
    var x, y: Vector

    @inline(__always) static var zero: Two { Two(x: .zero, y: .zero) }
    @inline(__always) init(x: Vector, y: Vector) { (self.x, self.y) = (x, y) }
    @inline(__always) init(_ rows: Rows, _ j: Int, _ c: Int) {
        (x, y) = (rows[j, c], rows[j, c &+ lanes])
    }
    @inline(__always) func store(_ rows: Rows, _ j: Int, _ c: Int) {
        (rows[j, c], rows[j, c &+ lanes]) = (x, y)
    }
    @inline(__always) mutating func add(_ factor: Float, _ other: Two) {
        x.addProduct(factor, other.x)
        y.addProduct(factor, other.y)
    }
}

/// Rows become columns, in squares of as many numbers as a vector has.
///
/// - Parameters:
///   - rows: how many rows `from` has, in whole vectors, as `columns`.
private func transpose(_ from: Rows, _ rows: Int, _ columns: Int, into to: Rows) {
    withUnsafeTemporaryAllocation(of: Vector.self, capacity: 2 * lanes) { buffer in
        guard let square = buffer.baseAddress else { return }
        for i in stride(from: 0, to: rows, by: lanes) {
            for j in stride(from: 0, to: columns, by: lanes) {
                for k in 0..<lanes { square[k] = from[i &+ k, j] }
                // Of rows 2k and 2k + 1 together, the numbers at even places are a new row, and
                // those at odd places another. Each round so moves the last bit of a number's row
                // into its column, and after four rounds all have changed places.
                var (old, new) = (square, square + lanes)
                for _ in 0..<lanes.trailingZeroBitCount {
                    for k in 0..<lanes / 2 {
                        let (a, b) = (old[2 * k], old[2 * k + 1])
                        new[k] = Vector(lowHalf: a.evenHalf, highHalf: b.evenHalf)
                        new[k + lanes / 2] = Vector(lowHalf: a.oddHalf, highHalf: b.oddHalf)
                    }
                    (old, new) = (new, old)
                }
                for k in 0..<lanes { to[j &+ k, i] = old[k] }
            }
        }
    }
}

// MARK: - For tests: a layer alone

/// One layer at a time, forward and backward, on rows with a number for each token of documents:
/// `dY` is the derivative of anything by what the layer gives.
package struct VectorLayers {
    private let config: Config
    private let columns: Columns
    private let a: Activations
    private let layout: Layout
    private let weights, gradients: Floats

    /// How many numbers a row has.
    package var count: Int { columns.tokens.count }

    /// - Parameter documents: the longest first.
    package init(_ config: Config, vocabSize: Int, _ documents: [[Int]]) {
        self.config = config
        columns = Columns(documents, of: documents.count, config.blockSize)
        a = Activations(config, vocabSize: vocabSize, columns)
        a.mark(columns)
        layout = Layout(config, vocabSize: vocabSize)
        (weights, gradients) = (Floats(layout.count), Floats(layout.count))
    }

    private func put(_ numbers: [Float], _ rows: Rows) {
        for (i, x) in numbers.enumerated() { rows.from(i / count).start[i % count] = x }
    }

    private func get(_ rows: Rows, _ width: Int) -> [Float] {
        (0..<width * count).map { rows.from($0 / count).start[$0 % count] }
    }

    private func matrix(_ place: Int, _ numbers: [Float] = []) -> Matrix {
        let matrix = Matrix(layout.places[place], weights, gradients)
        for (i, x) in numbers.enumerated() {
            matrix.weights.from(i / matrix.columns).start[i % matrix.columns] = x
        }
        return matrix
    }

    private func gradients(of matrix: Matrix) -> [Float] {
        (0..<matrix.rows * matrix.columns).map {
            matrix.gradients.from($0 / matrix.columns).start[$0 % matrix.columns]
        }
    }

    package func embedding(
        _ wte: [Float], _ wpe: [Float], dY: [Float]
    ) -> (y: [Float], dWte: [Float], dWpe: [Float]) {
        let (tokens, positions) = (matrix(0, wte), matrix(1, wpe))
        gradients.start.update(repeating: 0, count: gradients.count)
        embed(columns, tokens, positions, a)
        put(dY, a.dX)
        embedBackward(a.dX, columns, tokens, positions, a)
        return (get(a.embedded, config.nEmbd), gradients(of: tokens), gradients(of: positions))
    }

    /// The MLP's second matrix, from 4 `nEmbd` numbers to `nEmbd`.
    package func linear(
        _ x: [Float], _ w: [Float], dY: [Float]
    ) -> (y: [Float], dX: [Float], dW: [Float]) {
        let (layer, w) = (a.layers[0], matrix(8, w))
        put(x, layer.active)
        Efficiency.linear(layer.active, w, columns.end, a.last)
        put(dY, a.dX)
        linearBackward(a.dX, layer.active, w, columns, a, a.dWide)
        return (
            get(a.last, config.nEmbd), get(a.dWide, 4 * config.nEmbd), gradients(of: w)
        )
    }

    package func norm(_ x: [Float], dY: [Float]) -> (y: [Float], dX: [Float]) {
        let n = config.nEmbd
        put(x, a.embedded)
        rmsnorm(a.embedded, n, columns.end, a.last)
        put(dY, a.dNormed)
        put(dY.map { _ in 0 }, a.dX)
        rmsnormBackward(a.dNormed, a.embedded, n, columns.end, a.dX)
        return (get(a.last, n), get(a.dX, n))
    }

    package func activation(_ x: [Float], dY: [Float]) -> (y: [Float], dX: [Float]) {
        let (width, layer) = (4 * config.nEmbd, a.layers[0])
        put(x, layer.hidden)
        activate(layer.hidden, width, columns.end, config.activation, layer.active)
        put(dY, a.dWide)
        activateBackward(layer.hidden, width, columns.end, config.activation, a.dWide)
        return (get(layer.active, width), get(a.dWide, width))
    }

    /// - Parameter qkv: `nEmbd` rows of each.
    package func attention(_ qkv: [Float], dY: [Float]) -> (y: [Float], dQKV: [Float]) {
        let (n, layer) = (config.nEmbd, a.layers[0])
        for (i, rows) in [layer.q, layer.k, layer.v].enumerated() {
            put(Array(qkv[i * n * count..<(i + 1) * n * count]), rows)
        }
        Efficiency.attention(columns, config, layer, a)
        put(dY, a.dAttended)
        attentionBackward(columns, config, layer, a)
        return (get(layer.attended, n), get(a.dQ, n) + get(a.dK, n) + get(a.dV, n))
    }

    package func loss(_ logits: [Float]) -> (loss: Double, dLogits: [Float]) {
        put(logits, a.logits)
        let loss = lossBackward(columns, a)
        return (loss, get(a.logits, a.vocabSize))
    }
}
