import Foundation
import MicroGPT

/// Rung 3: no graph. The forward pass keeps what the backward pass needs in flat buffers, and every
/// derivative is worked out by hand. One document at a time, in `Double`.
///
/// A buffer of activations has a row for each position: number j of position t is at t * width + j.
/// Backward, `dX` is the derivative of the loss by each number of `x`.
public final class Arrays: Engine {
    public var params: [Double]
    private let config: Config
    private let vocabSize: Int
    private var layers: [Layer]
    private var embedded: [Double]  // before the first norm
    private var last: [Double]  // what the output head gets
    private var probs: [Double]

    /// What the forward pass through a layer leaves for the backward pass.
    private struct Layer {
        var x, normed, q, k, v, weights, attended: [Double]
        var middle, normedMiddle, hidden, active: [Double]
    }

    public init(_ gpt: GPT) {
        params = gpt.params.map(\.data)
        config = gpt.config
        vocabSize = gpt.tokenizer.vocabSize
        let (n, positions) = (config.nEmbd, config.blockSize)
        let row = [Double](repeating: 0, count: positions * n)
        let wide = [Double](repeating: 0, count: positions * 4 * n)
        let square = [Double](repeating: 0, count: config.nHead * positions * positions)
        layers = Array(
            repeating: Layer(
                x: row, normed: row, q: row, k: row, v: row, weights: square, attended: row,
                middle: row, normedMiddle: row, hidden: wide, active: wide),
            count: config.nLayer)
        (embedded, last) = (row, row)
        probs = Array(repeating: 0, count: positions * vocabSize)
    }

    /// Where each matrix begins in `params`, in the order in which they are drawn.
    private struct Offsets {
        var wte = 0, wpe: Int, lmHead: Int
        var wq, wk, wv, wo, fc1, fc2: Int

        init(_ config: Config, vocabSize: Int, layer: Int) {
            let n = config.nEmbd
            wpe = vocabSize * n
            lmHead = wpe + config.blockSize * n
            wq = lmHead + vocabSize * n + layer * 12 * n * n
            (wk, wv, wo) = (wq + n * n, wq + 2 * n * n, wq + 3 * n * n)
            (fc1, fc2) = (wo + n * n, wo + 5 * n * n)
        }
    }

    public func lossAndGradients(_ documents: [[Int]]) -> (loss: Double, gradients: [Double]) {
        var gradients = [Double](repeating: 0, count: params.count)
        var total = 0.0
        for tokens in documents {
            let n = min(config.blockSize, tokens.count - 1)
            total += forward(tokens, n)
            backward(tokens, n, share: 1 / Double(documents.count * n), &gradients)
        }
        return (total / Double(documents.count), gradients)
    }

    // MARK: - The model

    private func forward(_ tokens: [Int], _ n: Int) -> Double {
        let width = config.nEmbd
        let first = Offsets(config, vocabSize: vocabSize, layer: 0)
        for t in 0..<n {
            for j in 0..<width {
                embedded[t * width + j] =
                    params[tokens[t] * width + j] + params[first.wpe + t * width + j]
            }
        }
        rmsnorm(embedded, n, width, &layers[0].x)
        for li in layers.indices {
            let at = Offsets(config, vocabSize: vocabSize, layer: li)
            rmsnorm(layers[li].x, n, width, &layers[li].normed)
            linear(layers[li].normed, n, params, at.wq, width, width, &layers[li].q)
            linear(layers[li].normed, n, params, at.wk, width, width, &layers[li].k)
            linear(layers[li].normed, n, params, at.wv, width, width, &layers[li].v)
            attention(n, &layers[li])
            linear(layers[li].attended, n, params, at.wo, width, width, &layers[li].middle)
            for i in 0..<n * width { layers[li].middle[i] += layers[li].x[i] }
            rmsnorm(layers[li].middle, n, width, &layers[li].normedMiddle)
            linear(layers[li].normedMiddle, n, params, at.fc1, width, 4 * width, &layers[li].hidden)
            let isSquared = config.activation == .squaredRelu
            for i in 0..<n * 4 * width {
                let r = max(layers[li].hidden[i], 0)
                layers[li].active[i] = isSquared ? r * r : r
            }
            let isLast = li == layers.count - 1
            linear(layers[li].active, n, params, at.fc2, 4 * width, width, &last)
            for i in 0..<n * width { last[i] += layers[li].middle[i] }
            if !isLast { layers[li + 1].x = last }
        }
        linear(last, n, params, first.lmHead, width, vocabSize, &probs)
        var loss = 0.0
        for t in 0..<n {
            softmax(&probs, t * vocabSize, vocabSize)
            loss -= log(probs[t * vocabSize + tokens[t + 1]])
        }
        return loss / Double(n)
    }

    private func backward(
        _ tokens: [Int], _ n: Int, share: Double, _ gradients: inout [Double]
    ) {
        let width = config.nEmbd
        let first = Offsets(config, vocabSize: vocabSize, layer: 0)
        // Softmax and logarithm together: the probabilities, less 1 at the right token.
        var dLogits = probs
        for t in 0..<n { dLogits[t * vocabSize + tokens[t + 1]] -= 1 }
        for i in 0..<n * vocabSize { dLogits[i] *= share }
        var dX = [Double](repeating: 0, count: n * width)
        linearBackward(dLogits, last, n, params, first.lmHead, width, vocabSize, &dX, &gradients)
        for li in layers.indices.reversed() {
            let at = Offsets(config, vocabSize: vocabSize, layer: li)
            let layer = layers[li]
            var dActive = [Double](repeating: 0, count: n * 4 * width)
            linearBackward(
                dX, layer.active, n, params, at.fc2, 4 * width, width, &dActive, &gradients)
            let isSquared = config.activation == .squaredRelu
            for i in 0..<n * 4 * width {
                let slope = layer.hidden[i] > 0 ? (isSquared ? 2 * layer.hidden[i] : 1) : 0
                dActive[i] *= slope
            }
            var dNormed = [Double](repeating: 0, count: n * width)
            linearBackward(
                dActive, layer.normedMiddle, n, params, at.fc1, width, 4 * width, &dNormed,
                &gradients)
            rmsnormBackward(dNormed, layer.middle, n, width, &dX)  // adds to the residual's share

            var dAttended = [Double](repeating: 0, count: n * width)
            linearBackward(
                dX, layer.attended, n, params, at.wo, width, width, &dAttended, &gradients)
            var (dQ, dK, dV) = (dAttended, dAttended, dAttended)
            attentionBackward(dAttended, n, layer, &dQ, &dK, &dV)
            for i in 0..<n * width { dNormed[i] = 0 }
            for (d, w) in [(dQ, at.wq), (dK, at.wk), (dV, at.wv)] {
                linearBackward(d, layer.normed, n, params, w, width, width, &dNormed, &gradients)
            }
            rmsnormBackward(dNormed, layer.x, n, width, &dX)
        }
        var dEmbedded = [Double](repeating: 0, count: n * width)
        rmsnormBackward(dX, embedded, n, width, &dEmbedded)
        for t in 0..<n {
            for j in 0..<width {
                gradients[tokens[t] * width + j] += dEmbedded[t * width + j]
                gradients[first.wpe + t * width + j] += dEmbedded[t * width + j]
            }
        }
    }

    // MARK: - Attention

    private func attention(_ n: Int, _ layer: inout Layer) {
        let (width, headDim, positions) = (config.nEmbd, config.headDim, config.blockSize)
        let scale = 1 / Double(headDim).squareRoot()
        for h in 0..<config.nHead {
            for t in 0..<n {
                let row = (h * positions + t) * positions
                let q = t * width + h * headDim
                for s in 0...t {
                    let k = s * width + h * headDim
                    var logit = 0.0
                    for j in 0..<headDim { logit += layer.q[q + j] * layer.k[k + j] }
                    layer.weights[row + s] = logit * scale
                }
                softmax(&layer.weights, row, t + 1)
                for j in 0..<headDim { layer.attended[q + j] = 0 }
                for s in 0...t {
                    let v = s * width + h * headDim
                    for j in 0..<headDim {
                        layer.attended[q + j] += layer.weights[row + s] * layer.v[v + j]
                    }
                }
            }
        }
    }

    /// With weights w = softmax(logits), the derivative by logit s is w_s (d_s - Σ_r w_r d_r), where
    /// d_s is the derivative by w_s.
    private func attentionBackward(
        _ dAttended: [Double], _ n: Int, _ layer: Layer, _ dQ: inout [Double],
        _ dK: inout [Double], _ dV: inout [Double]
    ) {
        let (width, headDim, positions) = (config.nEmbd, config.headDim, config.blockSize)
        let scale = 1 / Double(headDim).squareRoot()
        var dWeights = [Double](repeating: 0, count: n)
        for i in 0..<n * width { (dQ[i], dK[i], dV[i]) = (0, 0, 0) }
        for h in 0..<config.nHead {
            for t in 0..<n {
                let row = (h * positions + t) * positions
                let q = t * width + h * headDim
                var mean = 0.0
                for s in 0...t {
                    let v = s * width + h * headDim
                    var d = 0.0
                    for j in 0..<headDim {
                        d += dAttended[q + j] * layer.v[v + j]
                        dV[v + j] += layer.weights[row + s] * dAttended[q + j]
                    }
                    dWeights[s] = d
                    mean += layer.weights[row + s] * d
                }
                for s in 0...t {
                    let k = s * width + h * headDim
                    let dLogit = layer.weights[row + s] * (dWeights[s] - mean) * scale
                    for j in 0..<headDim {
                        dQ[q + j] += dLogit * layer.k[k + j]
                        dK[k + j] += dLogit * layer.q[q + j]
                    }
                }
            }
        }
    }
}

// MARK: - Layers, on the rows of n positions

/// y[t] = W x[t], where W has nOut rows of nIn numbers from `w` on in the parameters.
private func linear(
    _ x: [Double], _ n: Int, _ params: [Double], _ w: Int, _ nIn: Int, _ nOut: Int,
    _ y: inout [Double]
) {
    x.withUnsafeBufferPointer { x in
        params.withUnsafeBufferPointer { params in
            y.withUnsafeMutableBufferPointer { y in
                for t in 0..<n {
                    let x = x[(t * nIn)..<((t + 1) * nIn)]
                    for o in 0..<nOut {
                        // Four sums, so that no addition waits for the one before.
                        var (a, b, c, d) = (0.0, 0.0, 0.0, 0.0)
                        let row = w + o * nIn
                        var i = 0
                        while i + 4 <= nIn {
                            let j = x.startIndex + i
                            a += params[row + i] * x[j]
                            b += params[row + i + 1] * x[j + 1]
                            c += params[row + i + 2] * x[j + 2]
                            d += params[row + i + 3] * x[j + 3]
                            i += 4
                        }
                        while i < nIn {
                            a += params[row + i] * x[x.startIndex + i]
                            i += 1
                        }
                        y[t * nOut + o] = (a + b) + (c + d)
                    }
                }
            }
        }
    }
}

/// dX[t] += Wᵀ dY[t], and to the gradient of W, Σ_t dY[t] x[t]ᵀ.
private func linearBackward(
    _ dY: [Double], _ x: [Double], _ n: Int, _ params: [Double], _ w: Int, _ nIn: Int,
    _ nOut: Int, _ dX: inout [Double], _ gradients: inout [Double]
) {
    dY.withUnsafeBufferPointer { dY in
        x.withUnsafeBufferPointer { x in
            params.withUnsafeBufferPointer { params in
                dX.withUnsafeMutableBufferPointer { dX in
                    gradients.withUnsafeMutableBufferPointer { gradients in
                        for t in 0..<n {
                            for o in 0..<nOut {
                                let d = dY[t * nOut + o]
                                if d == 0 { continue }  // a unit that is off
                                let row = w + o * nIn
                                for i in 0..<nIn {
                                    dX[t * nIn + i] += params[row + i] * d
                                    gradients[row + i] += x[t * nIn + i] * d
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

private func rmsnorm(_ x: [Double], _ n: Int, _ width: Int, _ y: inout [Double]) {
    for t in 0..<n {
        var squares = 0.0
        for i in t * width..<(t + 1) * width { squares += x[i] * x[i] }
        let scale = 1 / (squares / Double(width) + 1e-5).squareRoot()
        for i in t * width..<(t + 1) * width { y[i] = x[i] * scale }
    }
}

/// With y = s x and s = (mean of x² + ε)^-½: dX += s dY - s³ x (x · dY) / width.
private func rmsnormBackward(
    _ dY: [Double], _ x: [Double], _ n: Int, _ width: Int, _ dX: inout [Double]
) {
    for t in 0..<n {
        var (squares, product) = (0.0, 0.0)
        for i in t * width..<(t + 1) * width {
            squares += x[i] * x[i]
            product += x[i] * dY[i]
        }
        let scale = 1 / (squares / Double(width) + 1e-5).squareRoot()
        let along = scale * scale * scale * product / Double(width)
        for i in t * width..<(t + 1) * width { dX[i] += scale * dY[i] - along * x[i] }
    }
}

/// Softmax in place of `count` numbers from `start` on.
private func softmax(_ x: inout [Double], _ start: Int, _ count: Int) {
    var largest = x[start]
    for i in start..<start + count where x[i] > largest { largest = x[i] }
    var total = 0.0
    for i in start..<start + count {
        x[i] = exp(x[i] - largest)
        total += x[i]
    }
    for i in start..<start + count { x[i] /= total }
}
