import Foundation
import MicroGPT

/// Rung 3: no graph. The forward pass keeps what the backward pass needs in flat buffers, and every
/// derivative is worked out by hand. One document at a time, in `Double`.
///
/// A buffer of activations has a row for each position: number j of position t is at t * width + j.
/// Backward, `dX` is the derivative of the loss by each number of `x`.
public final class Arrays: Engine {
    private typealias Buffer = UnsafeMutablePointer<Double>

    /// What the forward pass through a layer leaves for the backward pass.
    private struct Layer {
        let x, normed, q, k, v, weights, attended: Buffer
        let middle, normedMiddle, hidden, active: Buffer
        // Where its matrices begin in the parameters.
        let wq, wk, wv, wo, fc1, fc2: Int
    }

    private let config: Config
    private let vocabSize: Int
    private let paramCount: Int
    private let lmHead: Int
    private let layers: [Layer]
    private let buffers: [Buffer]
    private let weights, gradients: Buffer  // the parameters, and their gradients
    private let embedded: Buffer  // before the first norm
    private let last: Buffer  // what the output head gets
    private let probs: Buffer
    private let dX, dNormed, dWide, dAttended, dQ, dK, dV, dLogits, dWeights: Buffer

    public var adam: Adam

    public init(_ gpt: GPT) {
        adam = Adam(paramCount: gpt.params.count)
        config = gpt.config
        vocabSize = gpt.tokenizer.vocabSize
        paramCount = gpt.params.count
        let (n, positions, heads) = (config.nEmbd, config.blockSize, config.nHead)
        var buffers: [Buffer] = []
        func buffer(_ count: Int) -> Buffer {
            let buffer = Buffer.allocate(capacity: count)
            buffer.initialize(repeating: 0, count: count)
            buffers.append(buffer)
            return buffer
        }
        func rows(_ width: Int) -> Buffer { buffer(positions * width) }
        lmHead = (vocabSize + positions) * n
        let first = lmHead + vocabSize * n
        layers = (0..<config.nLayer).map { li in
            let (w, square) = (first + li * 12 * n * n, n * n)
            return Layer(
                x: rows(n), normed: rows(n), q: rows(n), k: rows(n), v: rows(n),
                weights: buffer(heads * positions * positions), attended: rows(n),
                middle: rows(n), normedMiddle: rows(n), hidden: rows(4 * n), active: rows(4 * n),
                wq: w, wk: w + square, wv: w + 2 * square, wo: w + 3 * square,
                fc1: w + 4 * square, fc2: w + 8 * square)
        }
        (weights, gradients) = (buffer(paramCount), buffer(paramCount))
        (embedded, last, probs) = (rows(n), rows(n), rows(vocabSize))
        (dX, dNormed, dWide, dAttended) = (rows(n), rows(n), rows(4 * n), rows(n))
        (dQ, dK, dV, dLogits) = (rows(n), rows(n), rows(n), rows(vocabSize))
        dWeights = buffer(positions)
        self.buffers = buffers
        for (i, p) in gpt.params.enumerated() { weights[i] = p.data }
    }

    deinit { buffers.forEach { $0.deallocate() } }

    public var params: [Double] {
        get { Array(UnsafeBufferPointer(start: weights, count: paramCount)) }
        set {
            precondition(newValue.count == paramCount, "\(newValue.count) of \(paramCount) numbers")
            for (i, x) in newValue.enumerated() { weights[i] = x }
        }
    }

    public func lossAndGradients(_ documents: [[Int]]) -> (loss: Double, gradients: [Double]) {
        gradients.update(repeating: 0, count: paramCount)
        var total = 0.0
        for tokens in documents {
            let n = min(config.blockSize, tokens.count - 1)
            total += forward(tokens, n)
            backward(tokens, n, share: 1 / Double(documents.count * n))
        }
        return (
            total / Double(documents.count),
            Array(UnsafeBufferPointer(start: gradients, count: paramCount))
        )
    }

    public func trainStep(_ documents: [[Int]]) -> Double {
        let (loss, gradients) = lossAndGradients(documents)
        guard loss.isFinite else { return loss }
        let step = AdamStep(after: adam.step, config)
        adam.step += 1
        for i in 0..<paramCount {
            let gradient = gradients[i]
            adam.m[i] = config.beta1 * adam.m[i] + (1 - config.beta1) * gradient
            adam.v[i] = config.beta2 * adam.v[i] + (1 - config.beta2) * gradient * gradient
            let (mHat, vHat) = (adam.m[i] / step.bias1, adam.v[i] / step.bias2)
            weights[i] -= step.learningRate * mHat / (vHat.squareRoot() + config.epsilon)
        }
        return loss
    }

    // MARK: - The model

    private func forward(_ tokens: [Int], _ n: Int) -> Double {
        let width = config.nEmbd
        for t in 0..<n {
            let (token, position) = (tokens[t] * width, (vocabSize + t) * width)
            for j in 0..<width {
                embedded[t * width + j] = weights[token + j] + weights[position + j]
            }
        }
        var x = layers[0].x
        rmsnorm(embedded, n, x)
        for (li, layer) in layers.enumerated() {
            rmsnorm(x, n, layer.normed)
            linear(layer.normed, n, layer.wq, width, width, layer.q)
            linear(layer.normed, n, layer.wk, width, width, layer.k)
            linear(layer.normed, n, layer.wv, width, width, layer.v)
            attention(n, layer)
            linear(layer.attended, n, layer.wo, width, width, layer.middle)
            for i in 0..<n * width { layer.middle[i] += x[i] }
            rmsnorm(layer.middle, n, layer.normedMiddle)
            linear(layer.normedMiddle, n, layer.fc1, width, 4 * width, layer.hidden)
            let isSquared = config.activation == .squaredRelu
            for i in 0..<n * 4 * width {
                let r = layer.hidden[i] > 0 ? layer.hidden[i] : 0
                layer.active[i] = isSquared ? r * r : r
            }
            x = li + 1 < layers.count ? layers[li + 1].x : last
            linear(layer.active, n, layer.fc2, 4 * width, width, x)
            for i in 0..<n * width { x[i] += layer.middle[i] }
        }
        linear(last, n, lmHead, width, vocabSize, probs)
        var loss = 0.0
        for t in 0..<n {
            softmax(probs + t * vocabSize, vocabSize)
            loss -= log(probs[t * vocabSize + tokens[t + 1]])
        }
        return loss / Double(n)
    }

    /// - Parameter share: what the loss of a position counts in that of all documents.
    private func backward(_ tokens: [Int], _ n: Int, share: Double) {
        let width = config.nEmbd
        // Softmax and logarithm together: the probabilities, less 1 at the right token.
        for i in 0..<n * vocabSize { dLogits[i] = probs[i] * share }
        for t in 0..<n { dLogits[t * vocabSize + tokens[t + 1]] -= share }
        dX.update(repeating: 0, count: n * width)
        linearBackward(dLogits, last, n, lmHead, width, vocabSize, dX)
        for layer in layers.reversed() {
            dWide.update(repeating: 0, count: n * 4 * width)
            linearBackward(dX, layer.active, n, layer.fc2, 4 * width, width, dWide)
            let isSquared = config.activation == .squaredRelu
            for i in 0..<n * 4 * width {
                let h = layer.hidden[i]
                dWide[i] *= h > 0 ? (isSquared ? 2 * h : 1) : 0
            }
            dNormed.update(repeating: 0, count: n * width)
            linearBackward(dWide, layer.normedMiddle, n, layer.fc1, width, 4 * width, dNormed)
            rmsnormBackward(dNormed, layer.middle, n, dX)  // beside what the residual has

            dAttended.update(repeating: 0, count: n * width)
            linearBackward(dX, layer.attended, n, layer.wo, width, width, dAttended)
            attentionBackward(n, layer)
            dNormed.update(repeating: 0, count: n * width)
            linearBackward(dQ, layer.normed, n, layer.wq, width, width, dNormed)
            linearBackward(dK, layer.normed, n, layer.wk, width, width, dNormed)
            linearBackward(dV, layer.normed, n, layer.wv, width, width, dNormed)
            rmsnormBackward(dNormed, layer.x, n, dX)
        }
        dNormed.update(repeating: 0, count: n * width)
        rmsnormBackward(dX, embedded, n, dNormed)
        for t in 0..<n {
            let (token, position) = (tokens[t] * width, (vocabSize + t) * width)
            for j in 0..<width {
                gradients[token + j] += dNormed[t * width + j]
                gradients[position + j] += dNormed[t * width + j]
            }
        }
    }

    // MARK: - Attention

    private func attention(_ n: Int, _ layer: Layer) {
        let (width, headDim, positions) = (config.nEmbd, config.headDim, config.blockSize)
        let scale = 1 / Double(headDim).squareRoot()
        for h in 0..<config.nHead {
            for t in 0..<n {
                let at = t * width + h * headDim
                let (q, out) = (layer.q + at, layer.attended + at)
                let weights = layer.weights + (h * positions + t) * positions
                for s in 0...t {
                    let k = layer.k + s * width + h * headDim
                    var logit = 0.0
                    for j in 0..<headDim { logit += q[j] * k[j] }
                    weights[s] = logit * scale
                }
                softmax(weights, t + 1)
                for j in 0..<headDim { out[j] = 0 }
                for s in 0...t {
                    let v = layer.v + s * width + h * headDim
                    for j in 0..<headDim { out[j] += weights[s] * v[j] }
                }
            }
        }
    }

    /// With weights w = softmax(logits), the derivative by logit s is w_s (d_s - Σ_r w_r d_r),
    /// where d_s is the derivative by w_s.
    private func attentionBackward(_ n: Int, _ layer: Layer) {
        let (width, headDim, positions) = (config.nEmbd, config.headDim, config.blockSize)
        let scale = 1 / Double(headDim).squareRoot()
        for d in [dQ, dK, dV] { d.update(repeating: 0, count: n * width) }
        for h in 0..<config.nHead {
            for t in 0..<n {
                let at = t * width + h * headDim
                let (q, dQ, dOut) = (layer.q + at, dQ + at, dAttended + at)
                let weights = layer.weights + (h * positions + t) * positions
                var mean = 0.0
                for s in 0...t {
                    let there = s * width + h * headDim
                    let (v, dV) = (layer.v + there, dV + there)
                    var d = 0.0
                    for j in 0..<headDim {
                        d += dOut[j] * v[j]
                        dV[j] += weights[s] * dOut[j]
                    }
                    dWeights[s] = d
                    mean += weights[s] * d
                }
                for s in 0...t {
                    let there = s * width + h * headDim
                    let (k, dK) = (layer.k + there, dK + there)
                    let dLogit = weights[s] * (dWeights[s] - mean) * scale
                    for j in 0..<headDim {
                        dQ[j] += dLogit * k[j]
                        dK[j] += dLogit * q[j]
                    }
                }
            }
        }
    }

    // MARK: - Layers, on the rows of n positions

    /// y[t] = W x[t], where W has nOut rows of nIn numbers from `w` on in the parameters.
    private func linear(_ x: Buffer, _ n: Int, _ w: Int, _ nIn: Int, _ nOut: Int, _ y: Buffer) {
        for t in 0..<n {
            let x = x + t * nIn
            for o in 0..<nOut {
                let row = weights + w + o * nIn
                // Four sums at a time, so that no addition waits for the one before.
                var sums = SIMD4<Double>.zero
                var i = 0
                while i + 4 <= nIn {
                    sums +=
                        SIMD4(row[i], row[i + 1], row[i + 2], row[i + 3])
                        * SIMD4(x[i], x[i + 1], x[i + 2], x[i + 3])
                    i += 4
                }
                var total = sums.sum()
                while i < nIn {
                    total += row[i] * x[i]
                    i += 1
                }
                y[t * nOut + o] = total
            }
        }
    }

    /// dX[t] += Wᵀ dY[t], and to the gradient of W, Σ_t dY[t] x[t]ᵀ.
    private func linearBackward(
        _ dY: Buffer, _ x: Buffer, _ n: Int, _ w: Int, _ nIn: Int, _ nOut: Int, _ dX: Buffer
    ) {
        for t in 0..<n {
            let (x, dX) = (x + t * nIn, dX + t * nIn)
            for o in 0..<nOut {
                let d = dY[t * nOut + o]
                if d == 0 { continue }  // a unit that is off
                let (row, dRow) = (weights + w + o * nIn, gradients + w + o * nIn)
                for i in 0..<nIn { dX[i] += row[i] * d }
                for i in 0..<nIn { dRow[i] += x[i] * d }
            }
        }
    }

    private func rmsnorm(_ x: Buffer, _ n: Int, _ y: Buffer) {
        let width = config.nEmbd
        for t in 0..<n {
            let (x, y) = (x + t * width, y + t * width)
            var squares = 0.0
            for i in 0..<width { squares += x[i] * x[i] }
            let scale = 1 / (squares / Double(width) + 1e-5).squareRoot()
            for i in 0..<width { y[i] = x[i] * scale }
        }
    }

    /// With y = s x and s = (mean of x² + ε)^-½: dX += s dY - s³ x (x · dY) / width.
    private func rmsnormBackward(_ dY: Buffer, _ x: Buffer, _ n: Int, _ dX: Buffer) {
        let width = config.nEmbd
        for t in 0..<n {
            let (x, dX, dY) = (x + t * width, dX + t * width, dY + t * width)
            var (squares, product) = (0.0, 0.0)
            for i in 0..<width {
                squares += x[i] * x[i]
                product += x[i] * dY[i]
            }
            let scale = 1 / (squares / Double(width) + 1e-5).squareRoot()
            let along = scale * scale * scale * product / Double(width)
            for i in 0..<width { dX[i] += scale * dY[i] - along * x[i] }
        }
    }

    /// Softmax in place.
    private func softmax(_ x: Buffer, _ count: Int) {
        var largest = x[0]
        for i in 0..<count where x[i] > largest { largest = x[i] }
        var total = 0.0
        for i in 0..<count {
            x[i] = exp(x[i] - largest)
            total += x[i]
        }
        for i in 0..<count { x[i] /= total }
    }
}
