import Foundation
import Inspection
import MicroGPT

/// Rung 3: no graph. The forward pass keeps what the backward pass needs in flat buffers, and every
/// derivative is worked out by hand. One document at a time, in `Double`.
///
/// A buffer of activations has a row for each of the n positions of a document: number j of
/// position t is at t * width + j. Backward, `dX` is the derivative of the loss by each number of
/// `x`, and what is said to be added to it is one of several ways from x to the loss.
public final class Arrays: Engine {
    private struct Layer { let attnQKV, attnWo, mlpFc1, mlpFc2: Matrix }

    private let config: Config
    private let vocabSize: Int
    private let paramCount: Int
    private let memory = Memory()
    // The parameters, the same with each matrix transposed, and the gradients.
    private let weights, transposed, gradients: Buffer
    private let wte, wpe: Int  // where they begin in the parameters
    private let layers: [Layer]
    private let lmHead: Matrix
    /// For the longest document so far.
    private var activations: Activations

    /// The steps so far and the moments, in the order of `params`.
    public var adam: Adam

    /// An engine with the parameters of a model, before the first step.
    public init(_ gpt: GPT) {
        let (config, vocabSize) = (gpt.config, gpt.tokenizer.vocabSize)
        let width = config.nEmbd
        self.config = config
        self.vocabSize = vocabSize
        adam = Adam(paramCount: gpt.params.count)
        paramCount = gpt.params.count
        let weights = memory.copy(gpt.params.map(\.data))
        let (transposed, gradients) = (memory.zeros(paramCount), memory.zeros(paramCount))
        (self.weights, self.transposed, self.gradients) = (weights, transposed, gradients)

        var end = 0
        func take(_ count: Int) -> Int {
            defer { end += count }
            return end
        }
        func matrix(_ nOut: Int, _ nIn: Int) -> Matrix {
            let start = take(nOut * nIn)
            return Matrix(
                nOut: nOut, nIn: nIn, weights: weights + start, transposed: transposed + start,
                gradients: gradients + start)
        }
        (wte, wpe) = (take(vocabSize * width), take(config.blockSize * width))
        lmHead = matrix(vocabSize, width)
        layers = (0..<config.nLayer).map { _ in
            Layer(
                // attnWq, attnWk and attnWv follow one another: one matrix of three times the rows.
                attnQKV: matrix(3 * width, width), attnWo: matrix(width, width),
                mlpFc1: matrix(4 * width, width), mlpFc2: matrix(width, 4 * width))
        }
        activations = Activations(config, vocabSize, positions: 0)
    }

    deinit { memory.free() }

    /// In the order of `GPT.params`; traps where it is given more or fewer.
    public var params: [Double] {
        get { weights.array(paramCount) }
        set {
            require(newValue.count == paramCount, "\(newValue.count) of \(paramCount) numbers")
            for (i, x) in newValue.enumerated() { weights[i] = x }
        }
    }

    /// Document by document: the batch only adds up.
    public func lossAndGradients(_ documents: [[Int]]) -> (loss: Double, gradients: [Double]) {
        let loss = run(documents)
        return (loss, gradientsSoFar)
    }

    /// One step, without a copy of the gradients.
    public func trainStep(_ documents: [[Int]]) -> Double {
        let loss = run(documents)
        if loss.isFinite { update() }
        return loss
    }

    /// Returns the mean of the documents' losses and leaves its gradients in `gradients`.
    private func run(_ documents: [[Int]]) -> Double {
        expectDocuments(documents, vocabSize: vocabSize)
        let positions = documents.map { min(config.blockSize, $0.count - 1) }
        makeReady(for: positions.max() ?? 0)
        gradients.update(repeating: 0, count: paramCount)
        var total = 0.0
        for (tokens, n) in zip(documents, positions) {
            let a = activations
            forward(tokens, n, a)
            total += crossEntropy(a.probs, n, vocabSize, tokens)
            let share = 1 / Double(documents.count * n)  // of a position in the loss of all
            crossEntropyBackward(a.probs, n, vocabSize, tokens, share, a.dLogits)
            backward(tokens, n, a)
        }
        return total / Double(documents.count)
    }

    /// Makes room for so many positions, and brings what is transposed up to date.
    private func makeReady(for positions: Int) {
        if positions > activations.positions {
            activations = Activations(config, vocabSize, positions: 0)  // the old ones go first
            activations = Activations(config, vocabSize, positions: positions)
        }
        lmHead.transpose()
        for layer in layers {
            layer.attnQKV.transpose()
            layer.attnWo.transpose()
            layer.mlpFc1.transpose()
            layer.mlpFc2.transpose()
        }
    }

    // MARK: - For any loss

    /// The logits at each of at most blockSize positions.
    public func logits(_ tokens: [Int]) -> [[Double]] {
        makeReady(for: tokens.count)
        forward(tokens, tokens.count, activations)
        return (0..<tokens.count).map { t in (activations.probs + t * vocabSize).array(vocabSize) }
    }

    /// Adds, to the gradients since the last update, those of a number that is made from the logits of
    /// these tokens.
    ///
    /// - Parameter dLogits: the derivative of the number by each of the logits.
    public func addGradients(_ tokens: [Int], dLogits: [[Double]]) {
        makeReady(for: tokens.count)
        forward(tokens, tokens.count, activations)
        for (i, x) in dLogits.joined().enumerated() { activations.dLogits[i] = x }
        backward(tokens, tokens.count, activations)
    }

    /// What was added since the last update, in the order of `params`.
    public var gradientsSoFar: [Double] { gradients.array(paramCount) }

    /// A step of Adam with the gradients that were added, which are zero afterwards.
    public func update() {
        adam.update(weights, gradients, paramCount, config)
        gradients.update(repeating: 0, count: paramCount)
    }

    // MARK: - The model

    /// Leaves the logits in `probs`.
    private func forward(_ tokens: [Int], _ n: Int, _ a: Activations) {
        let width = config.nEmbd
        embed(tokens, n, width, weights + wte, weights + wpe, a.embedded)
        var x = a.layers.first?.x ?? a.last
        rmsnorm(a.embedded, n, width, x)
        for li in layers.indices {
            let (layer, at) = (layers[li], a.layers[li])
            rmsnorm(x, n, width, at.normed)
            at.qkv.update(repeating: 0, count: n * 3 * width)
            linear(at.normed, n, layer.attnQKV, at.qkv)
            attention(at.qkv, n, width, config.nHead, at.weights, at.attended)
            at.middle.update(from: x, count: n * width)
            linear(at.attended, n, layer.attnWo, at.middle)

            rmsnorm(at.middle, n, width, at.normedMiddle)
            at.hidden.update(repeating: 0, count: n * 4 * width)
            linear(at.normedMiddle, n, layer.mlpFc1, at.hidden)
            activate(at.hidden, n * 4 * width, config.activation, at.active)
            x = li + 1 < layers.count ? a.layers[li + 1].x : a.last
            x.update(from: at.middle, count: n * width)
            linear(at.active, n, layer.mlpFc2, x)
        }
        a.probs.update(repeating: 0, count: n * vocabSize)
        linear(a.last, n, lmHead, a.probs)
    }

    /// Goes on from `dLogits`.
    private func backward(_ tokens: [Int], _ n: Int, _ a: Activations) {
        let width = config.nEmbd
        a.dX.update(repeating: 0, count: n * width)
        linearBackward(a.dLogits, a.last, n, lmHead, a.dX)
        // At each residual connection, dX is what comes back past the block; the block adds to it.
        for li in layers.indices.reversed() {
            let (layer, at) = (layers[li], a.layers[li])
            a.dWide.update(repeating: 0, count: n * 4 * width)
            linearBackward(a.dX, at.active, n, layer.mlpFc2, a.dWide)
            activateBackward(at.hidden, n * 4 * width, config.activation, a.dWide)
            a.dNormed.update(repeating: 0, count: n * width)
            linearBackward(a.dWide, at.normedMiddle, n, layer.mlpFc1, a.dNormed)
            rmsnormBackward(a.dNormed, at.middle, n, width, a.dX)

            a.dAttended.update(repeating: 0, count: n * width)
            linearBackward(a.dX, at.attended, n, layer.attnWo, a.dAttended)
            a.dQKV.update(repeating: 0, count: n * 3 * width)
            attentionBackward(
                a.dAttended, at.qkv, at.weights, n, width, config.nHead, a.dWeights, a.dQKV)
            a.dNormed.update(repeating: 0, count: n * width)
            linearBackward(a.dQKV, at.normed, n, layer.attnQKV, a.dNormed)
            rmsnormBackward(a.dNormed, at.x, n, width, a.dX)
        }
        a.dNormed.update(repeating: 0, count: n * width)
        rmsnormBackward(a.dX, a.embedded, n, width, a.dNormed)
        embedBackward(a.dNormed, tokens, n, width, gradients + wte, gradients + wpe)
    }
}

/// What the forward pass leaves for the backward pass, and where that one works, with room for so
/// many positions.
private final class Activations {
    struct Layer {
        let x, normed, qkv, weights, attended: Buffer
        let middle, normedMiddle, hidden, active: Buffer
    }

    let positions: Int
    let layers: [Layer]
    let embedded: Buffer  // before the first norm
    let last: Buffer  // what the output head gets
    let probs: Buffer
    let dX, dNormed, dWide, dAttended, dQKV, dLogits, dWeights: Buffer
    private let memory: Memory

    init(_ config: Config, _ vocabSize: Int, positions: Int, _ memory: Memory = Memory()) {
        let width = config.nEmbd
        func rows(_ width: Int) -> Buffer { memory.zeros(positions * width) }
        (self.memory, self.positions) = (memory, positions)
        layers = (0..<config.nLayer).map { _ in
            Layer(
                x: rows(width), normed: rows(width), qkv: rows(3 * width),
                weights: rows(config.nHead * positions), attended: rows(width),
                middle: rows(width), normedMiddle: rows(width), hidden: rows(4 * width),
                active: rows(4 * width))
        }
        (embedded, last, probs) = (rows(width), rows(width), rows(vocabSize))
        (dX, dNormed, dWide, dAttended) = (rows(width), rows(width), rows(4 * width), rows(width))
        (dQKV, dLogits, dWeights) = (rows(3 * width), rows(vocabSize), rows(1))
    }

    deinit { memory.free() }
}

extension Arrays {
    /// How many bytes the activations of a document of so many positions take.
    static func activationBytes(_ config: Config, vocabSize: Int, positions: Int) -> Double {
        let memory = Memory(onlyCounts: true)
        _ = Activations(config, vocabSize, positions: positions, memory)
        return 8 * memory.count
    }
}

// MARK: - Buffers

private typealias Buffer = UnsafeMutablePointer<Double>
private typealias Vector = SIMD8<Double>

extension Buffer {
    fileprivate func array(_ count: Int) -> [Double] {
        Array(UnsafeBufferPointer(start: self, count: count))
    }

    /// Numbers from `i` on, in a register.
    @inline(__always)
    fileprivate func read<V: SIMD & BitwiseCopyable>(_ i: Int, as type: V.Type = Vector.self) -> V {
        UnsafeRawPointer(self + i).loadUnaligned(as: type)
    }

    @inline(__always)
    fileprivate func write<V: SIMD & BitwiseCopyable>(_ x: V, _ i: Int) {
        UnsafeMutableRawPointer(self + i).storeBytes(of: x, as: V.self)
    }

    /// Of eight numbers, those from `i` to `end`.
    @inline(__always)
    fileprivate func write(_ x: Vector, _ i: Int, end: Int) {
        if i + 8 <= end {
            write(x, i)
        } else if i < end {
            for j in i..<end { self[j] = x[j - i] }
        }
    }
}

/// The address of what is only counted, and neither read nor written.
private nonisolated(unsafe) let nowhere = Buffer(bitPattern: 64)!

/// Buffers that are freed together.
private final class Memory {
    private var buffers: [Buffer] = []
    /// Of all that was asked for; there is no memory if it is only counted.
    private(set) var count = 0.0
    private let onlyCounts: Bool

    init(onlyCounts: Bool = false) { self.onlyCounts = onlyCounts }

    func zeros(_ count: Int) -> Buffer {
        // Two vectors may be read where only one number is left. And a buffer begins where a cache
        // line does, so that few vectors are in two of them.
        let room = count + 15
        self.count += Double(room)
        if onlyCounts { return nowhere }
        let buffer = UnsafeMutableRawPointer.allocate(byteCount: room * 8, alignment: 64)
            .bindMemory(to: Double.self, capacity: room)
        buffer.initialize(repeating: 0, count: room)
        buffers.append(buffer)
        return buffer
    }

    func copy(_ numbers: [Double]) -> Buffer {
        let buffer = zeros(numbers.count)
        for (i, x) in numbers.enumerated() { buffer[i] = x }
        return buffer
    }

    func free() {
        for buffer in buffers { buffer.deallocate() }
        buffers = []
    }
}

// MARK: - Products of matrices

/// C += A B. C has `rows` rows of `columns` numbers, B has `inner` rows of as many; number k of
/// row r of A is at r * aRow + k * aStep, so that A can be a matrix or its transpose.
///
/// Two rows by sixteen columns of C at a time stay in registers until their sums are complete, and
/// each number that is read counts in two or sixteen of them. Indices are not checked for overflow
/// (`&+`) in the innermost loop.
private func addProduct(
    _ a: Buffer, _ aRow: Int, _ aStep: Int, _ b: Buffer, _ c: Buffer,
    rows: Int, inner: Int, columns: Int
) {
    for column in stride(from: 0, to: columns, by: 16) {
        for r in stride(from: 0, to: rows, by: 2) {
            // The last row, if it is alone, is done twice, with the same result.
            let next = r + 1 < rows ? 1 : 0
            let (a0, c0) = (a + r * aRow, c + r * columns)
            let (a1, c1) = (a0 + next * aRow, c0 + next * columns)
            var (left0, right0) = (c0.read(column), c0.read(column + 8))
            var (left1, right1) = (c1.read(column), c1.read(column + 8))
            var (at, row) = (0, b + column)
            for _ in 0..<inner {
                let (left, right) = (row.read(0), row.read(8))
                left0 += a0[at] * left
                right0 += a0[at] * right
                left1 += a1[at] * left
                right1 += a1[at] * right
                at &+= aStep
                row += columns
            }
            // What is right of the last column was read for nothing.
            c0.write(left0, column, end: columns)
            c0.write(right0, column + 8, end: columns)
            c1.write(left1, column, end: columns)
            c1.write(right1, column + 8, end: columns)
        }
    }
}

/// A matrix of nOut rows of nIn numbers among the parameters, and its gradients.
private struct Matrix {
    let nOut, nIn: Int
    let weights, transposed, gradients: Buffer

    /// Brings `transposed` up to date. It is for sums over a row of W in a register: a vector of
    /// it has the same column of eight rows.
    func transpose() {
        for o in stride(from: 0, to: nOut - 7, by: 8) {
            var (w, row) = (weights + o * nIn, transposed + o)
            for _ in 0..<nIn {
                let (w2, w4, w6) = (w + 2 &* nIn, w + 4 &* nIn, w + 6 &* nIn)
                row.write(Vector(w[0], w[nIn], w2[0], w2[nIn], w4[0], w4[nIn], w6[0], w6[nIn]), 0)
                w += 1
                row += nOut
            }
        }
        for o in nOut / 8 * 8..<nOut {
            for i in 0..<nIn { transposed[i * nOut + o] = weights[o * nIn + i] }
        }
    }
}

/// Y += X Wᵀ: of each position, W times its row of X.
private func linear(_ x: Buffer, _ n: Int, _ w: Matrix, _ y: Buffer) {
    addProduct(x, w.nIn, 1, w.transposed, y, rows: n, inner: w.nIn, columns: w.nOut)
}

/// dX += dY W, and dW += dYᵀ X: with y_o = Σ_i w_oi x_i at each position, x_i counts w_oi times in
/// y_o, and w_oi as often as x_i says, at all positions.
private func linearBackward(_ dY: Buffer, _ x: Buffer, _ n: Int, _ w: Matrix, _ dX: Buffer) {
    addProduct(dY, w.nOut, 1, w.weights, dX, rows: n, inner: w.nOut, columns: w.nIn)
    addProduct(dY, 1, w.nOut, x, w.gradients, rows: w.nOut, inner: n, columns: w.nIn)
}

// MARK: - Layers

/// The sum of x_i y_i.
@inline(__always)
private func dot(_ x: Buffer, _ y: Buffer, _ count: Int) -> Double {
    // Four sums at a time, so that no addition waits for the one before.
    var (sums, i) = (SIMD4<Double>.zero, 0)
    while i &+ 4 <= count {
        sums += x.read(i, as: SIMD4.self) * y.read(i, as: SIMD4.self)
        i &+= 4
    }
    var sum = sums.sum()
    while i < count {
        sum += x[i] * y[i]
        i &+= 1
    }
    return sum
}

/// y += a x.
@inline(__always)
private func add(_ a: Double, _ x: Buffer, _ y: Buffer, _ count: Int) {
    var i = 0
    while i &+ 4 <= count {
        y.write(y.read(i, as: SIMD4.self) + a * x.read(i, as: SIMD4.self), i)
        i &+= 4
    }
    while i < count {
        y[i] += a * x[i]
        i &+= 1
    }
}

/// The embedding of each token plus that of its position.
private func embed(
    _ tokens: [Int], _ n: Int, _ width: Int, _ wte: Buffer, _ wpe: Buffer, _ x: Buffer
) {
    for t in 0..<n {
        let (x, token, position) = (x + t * width, wte + tokens[t] * width, wpe + t * width)
        for j in 0..<width { x[j] = token[j] + position[j] }
    }
}

/// To the gradient of a token's embedding, dX at each position where the token is; to that of a
/// position's, dX there.
private func embedBackward(
    _ dX: Buffer, _ tokens: [Int], _ n: Int, _ width: Int, _ dWte: Buffer, _ dWpe: Buffer
) {
    for t in 0..<n {
        add(1, dX + t * width, dWte + tokens[t] * width, width)
        add(1, dX + t * width, dWpe + t * width, width)
    }
}

/// y = s x, where s = (mean of x² + ε)^-½.
private func rmsnorm(_ x: Buffer, _ n: Int, _ width: Int, _ y: Buffer) {
    for t in 0..<n {
        let (x, y) = (x + t * width, y + t * width)
        let scale = 1 / (dot(x, x, width) / Double(width) + 1e-5).squareRoot()
        for i in 0..<width { y[i] = scale * x[i] }
    }
}

/// dX += s dY - s³ x (x · dY) / width: x_i counts s times in y_i, and in s, which is in every y,
/// -s³ x_i / width times.
private func rmsnormBackward(_ dY: Buffer, _ x: Buffer, _ n: Int, _ width: Int, _ dX: Buffer) {
    for t in 0..<n {
        let (x, dX, dY) = (x + t * width, dX + t * width, dY + t * width)
        let scale = 1 / (dot(x, x, width) / Double(width) + 1e-5).squareRoot()
        let along = scale * scale * scale * dot(x, dY, width) / Double(width)
        for i in 0..<width { dX[i] += scale * dY[i] - along * x[i] }
    }
}

/// relu, or its square.
private func activate(_ x: Buffer, _ count: Int, _ activation: Config.Activation, _ y: Buffer) {
    let isSquared = activation == .squaredRelu
    for i in 0..<count {
        let r = x[i] > 0 ? x[i] : 0
        y[i] = isSquared ? r * r : r
    }
}

/// dY becomes dX: where x > 0, times 1, or times 2x for the square; elsewhere 0.
private func activateBackward(
    _ x: Buffer, _ count: Int, _ activation: Config.Activation, _ dY: Buffer
) {
    let isSquared = activation == .squaredRelu
    for i in 0..<count { dY[i] *= x[i] > 0 ? (isSquared ? 2 * x[i] : 1) : 0 }
}

/// Numbers become probabilities, e^x over the sum of all e^x.
private func softmax(_ x: Buffer, _ count: Int) {
    var largest = x[0]
    for i in 0..<count where x[i] > largest { largest = x[i] }
    var total = 0.0
    for i in 0..<count {
        x[i] = exp(x[i] - largest)
        total += x[i]
    }
    let share = 1 / total
    for i in 0..<count { x[i] *= share }
}

/// Turns logits into probabilities.
///
/// - Returns: the mean over positions of -log p, where p is the probability of the token after.
private func crossEntropy(_ logits: Buffer, _ n: Int, _ vocabSize: Int, _ tokens: [Int]) -> Double {
    var loss = 0.0
    for t in 0..<n {
        let probs = logits + t * vocabSize
        softmax(probs, vocabSize)
        loss -= log(probs[tokens[t + 1]])
    }
    return loss / Double(n)
}

/// Softmax and logarithm together: -log p = log Σ_r e^x_r - x_target, so that the derivative by
/// logit r is its probability, less 1 at the target.
private func crossEntropyBackward(
    _ probs: Buffer, _ n: Int, _ vocabSize: Int, _ tokens: [Int], _ share: Double,
    _ dLogits: Buffer
) {
    for i in 0..<n * vocabSize { dLogits[i] = share * probs[i] }
    for t in 0..<n { dLogits[t * vocabSize + tokens[t + 1]] -= share }
}

/// In each head, out_t = Σ_s w_ts v_s, where w_t = softmax(q_t · k_s / √headDim) over s = 0...t.
///
/// - Parameters:
///   - qkv: queries, keys and values side by side, 3 times `width` numbers a position; of each,
///     headDim for each head.
///   - weights: n rows of n numbers a head, of which those above the diagonal are not used.
private func attention(
    _ qkv: Buffer, _ n: Int, _ width: Int, _ heads: Int, _ weights: Buffer, _ out: Buffer
) {
    let headDim = width / heads
    let scale = 1 / Double(headDim).squareRoot()
    out.update(repeating: 0, count: n * width)
    for h in 0..<heads {
        let (q, k, v) = (
            qkv + h * headDim, qkv + width + h * headDim, qkv + 2 * width + h * headDim
        )
        for t in 0..<n {
            let (w, out) = (weights + (h * n + t) * n, out + t * width + h * headDim)
            for s in 0...t { w[s] = scale * dot(q + t * 3 * width, k + s * 3 * width, headDim) }
            softmax(w, t + 1)
            for s in 0...t { add(w[s], v + s * 3 * width, out, headDim) }
        }
    }
}

/// dV_s += Σ_t w_ts dOut_t. The derivative by w_ts is d_s = dOut_t · v_s, and through softmax by
/// the logit that q_t · k_s is scaled to, w_ts (d_s - Σ_r w_tr d_r). With k_s, it is that of q_t;
/// with q_t, that of k_s.
///
/// - Parameter dWeights: n numbers of room.
private func attentionBackward(
    _ dOut: Buffer, _ qkv: Buffer, _ weights: Buffer, _ n: Int, _ width: Int, _ heads: Int,
    _ dWeights: Buffer, _ dQKV: Buffer
) {
    let headDim = width / heads
    let scale = 1 / Double(headDim).squareRoot()
    for h in 0..<heads {
        let (qAt, kAt, vAt) = (h * headDim, width + h * headDim, 2 * width + h * headDim)
        for t in 0..<n {
            let (w, dOut) = (weights + (h * n + t) * n, dOut + t * width + h * headDim)
            for s in 0...t {
                dWeights[s] = dot(dOut, qkv + s * 3 * width + vAt, headDim)
                add(w[s], dOut, dQKV + s * 3 * width + vAt, headDim)
            }
            let mean = dot(w, dWeights, t + 1)
            let qAt = t * 3 * width + qAt
            for s in 0...t {
                let kAt = s * 3 * width + kAt
                let dLogit = scale * w[s] * (dWeights[s] - mean)
                add(dLogit, qkv + kAt, dQKV + qAt, headDim)
                add(dLogit, qkv + qAt, dQKV + kAt, headDim)
            }
        }
    }
}

// MARK: - Adam

extension Adam {
    /// As `Adam.update`, with what all parameters share taken out of the loop.
    fileprivate mutating func update(
        _ weights: Buffer, _ gradients: Buffer, _ count: Int, _ config: Config
    ) {
        require(m.count == count && v.count == count, "\(m.count) of \(count) moments")
        let now = AdamStep(after: step, config)
        let (rate, scale) = (now.learningRate / now.bias1, 1 / now.bias2)
        let (beta1, beta2, epsilon) = (config.beta1, config.beta2, config.epsilon)
        step += 1
        m.withUnsafeMutableBufferPointer { m in
            v.withUnsafeMutableBufferPointer { v in
                guard let m = m.baseAddress, let v = v.baseAddress else { return }
                for i in 0..<count {
                    m[i] = beta1 * m[i] + (1 - beta1) * gradients[i]
                    v[i] = beta2 * v[i] + (1 - beta2) * gradients[i] * gradients[i]
                    weights[i] -= rate * m[i] / ((scale * v[i]).squareRoot() + epsilon)
                }
            }
        }
    }
}

// MARK: - Layers alone

// For tests of their derivatives: what a layer makes of `x`, and the derivatives, by each number
// that it is given, of the sum of all that it makes, where number i counts dY[i] times.
package enum ArrayLayers {
    package static func embedding(
        _ wte: [Double], _ wpe: [Double], tokens: [Int], positions n: Int, dY: [Double]
    ) -> (y: [Double], dWte: [Double], dWpe: [Double]) {
        let (memory, width) = (Memory(), dY.count / n)
        defer { memory.free() }
        let y = memory.zeros(dY.count)
        embed(tokens, n, width, memory.copy(wte), memory.copy(wpe), y)
        let (dWte, dWpe) = (memory.zeros(wte.count), memory.zeros(wpe.count))
        embedBackward(memory.copy(dY), tokens, n, width, dWte, dWpe)
        return (y.array(dY.count), dWte.array(wte.count), dWpe.array(wpe.count))
    }

    package static func linear(
        _ x: [Double], _ w: [Double], positions n: Int, dY: [Double]
    ) -> (y: [Double], dX: [Double], dW: [Double]) {
        let memory = Memory()
        defer { memory.free() }
        let matrix = Matrix(
            nOut: dY.count / n, nIn: x.count / n, weights: memory.copy(w),
            transposed: memory.zeros(w.count), gradients: memory.zeros(w.count))
        matrix.transpose()
        let (input, y, dX) = (memory.copy(x), memory.zeros(dY.count), memory.zeros(x.count))
        Efficiency.linear(input, n, matrix, y)
        linearBackward(memory.copy(dY), input, n, matrix, dX)
        return (y.array(dY.count), dX.array(x.count), matrix.gradients.array(w.count))
    }

    package static func rmsnorm(
        _ x: [Double], positions n: Int, dY: [Double]
    ) -> (y: [Double], dX: [Double]) {
        let (memory, width) = (Memory(), x.count / n)
        defer { memory.free() }
        let (input, y, dX) = (memory.copy(x), memory.zeros(x.count), memory.zeros(x.count))
        Efficiency.rmsnorm(input, n, width, y)
        rmsnormBackward(memory.copy(dY), input, n, width, dX)
        return (y.array(x.count), dX.array(x.count))
    }

    package static func activation(
        _ activation: Config.Activation, _ x: [Double], dY: [Double]
    ) -> (y: [Double], dX: [Double]) {
        let memory = Memory()
        defer { memory.free() }
        let (input, y, dX) = (memory.copy(x), memory.zeros(x.count), memory.copy(dY))
        activate(input, x.count, activation, y)
        activateBackward(input, x.count, activation, dX)
        return (y.array(x.count), dX.array(x.count))
    }

    /// - Parameter qkv: 3 times `width` numbers for each position.
    package static func attention(
        _ qkv: [Double], positions n: Int, heads: Int, dY: [Double]
    ) -> (y: [Double], dQKV: [Double]) {
        let (memory, width) = (Memory(), dY.count / n)
        defer { memory.free() }
        let (input, y, dQKV) = (memory.copy(qkv), memory.zeros(dY.count), memory.zeros(qkv.count))
        let weights = memory.zeros(heads * n * n)
        Efficiency.attention(input, n, width, heads, weights, y)
        attentionBackward(
            memory.copy(dY), input, weights, n, width, heads, memory.zeros(n), dQKV)
        return (y.array(dY.count), dQKV.array(qkv.count))
    }

    /// - Parameter tokens: one more than positions; the last is only a target.
    package static func loss(
        _ logits: [Double], tokens: [Int]
    ) -> (loss: Double, dLogits: [Double]) {
        let (memory, n) = (Memory(), tokens.count - 1)
        defer { memory.free() }
        let (probs, dLogits) = (memory.copy(logits), memory.zeros(logits.count))
        let loss = crossEntropy(probs, n, logits.count / n, tokens)
        crossEntropyBackward(probs, n, logits.count / n, tokens, 1 / Double(n), dLogits)
        return (loss, dLogits.array(logits.count))
    }
}
