import Foundation
import Inspection
import MicroGPT

// For the lesson on residual connections: the layers of `forward`, wired in three ways.

/// How a block is joined to what comes before it.
private enum Wiring: CaseIterable {
    /// Norm before the block, x added after it: GPT-2 and microgpt.
    case preNorm
    /// The same without adding x.
    case noResidual
    /// x added after the block, and the norm around both: the Transformer of 2017.
    case postNorm
    case plain
    case plainRes

    func callAsFunction(_ x: [Value], _ block: ([Value]) -> [Value]) -> [Value] {
        switch self {
        case .preNorm: zip(block(rmsnorm(x)), x).map { a, b in a + b }
        case .noResidual: block(rmsnorm(x))
        case .plain: block(x)
        case .plainRes: zip(block(x), x).map { a, b in a + b }
        case .postNorm: rmsnorm(zip(block(x), x).map { a, b in a + b })
        }
    }
}

extension Figures {
    static func debugHighway() throws -> [String] {
        var out: [String] = []
        for std in [0.08] {
            for (w, s) in [(Wiring.preNorm, "pre"), (.noResidual, "none"), (.postNorm, "post"), (.plain, "plain"), (.plainRes, "plainRes")] {
                let g = try gradientsByDepth(w, nLayer: 8) { $0.initStd = std; $0.outputInitStd = std }
                out.append("\(std) \(s) " + g.map { String(format: "%.2e", $0) }.joined(separator: " "))
            }
        }
        return out
    }

    /// The root mean square of the loss's gradient by the numbers of x, before each block pair and
    /// after the last, in a model before training that reads "emma".
    private static func gradientsByDepth(
        _ wiring: Wiring, nLayer: Int, _ change: (inout Config) -> Void
    ) throws -> [Double] {
        var config = Config.gist
        config.nLayer = nLayer
        change(&config)
        var rng = PythonRandom(seed: 42)
        let gpt = try GPT(config, Tokenizer(documents: ["abcdefghijklmnopqrstuvwxyz"]), &rng)
        let tokens = try gpt.tokenizer.encode("emma")
        var streams = Array(repeating: [Value](), count: nLayer + 1)
        var cache = KVCache(repeating: ([], []), count: nLayer)
        var losses: [Value] = []
        for posID in 0..<tokens.count - 1 {
            var x = zip(gpt.wte[tokens[posID]], gpt.wpe[posID]).map { t, p in t + p }
            x = rmsnorm(x)
            streams[0] += x
            for (li, layer) in gpt.layers.enumerated() {
                x = wiring(x) { x in
                    cache[li].keys.append(linear(x, layer.attnWk))
                    cache[li].values.append(linear(x, layer.attnWv))
                    let xAttn = attend(
                        linear(x, layer.attnWq), cache[li].keys, cache[li].values, config)
                    return linear(xAttn, layer.attnWo)
                }
                x = wiring(x) { x in
                    linear(linear(x, layer.mlpFc1).map { $0.relu() }, layer.mlpFc2)
                }
                streams[li + 1] += x
            }
            let probs = softmax(linear(x, gpt.lmHead))
            losses.append(-probs[tokens[posID + 1]].log())
        }
        (sum(losses) / Double(losses.count)).backward()
        let n = tokens.count - 1
        let likeness = streams.map { flat -> Double in
            let xs = (0..<n).map { p in flat[p * 16..<(p + 1) * 16].map(\.data) }
            func d(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
            var t = 0.0, c = 0.0
            for i in 0..<n { for j in 0..<i { t += d(xs[i], xs[j]) / (d(xs[i], xs[i]) * d(xs[j], xs[j])).squareRoot(); c += 1 } }
            return t / c
        }
        print(likeness.map { String(format: "%.4f", $0) })
        return streams.map { x in
            (x.reduce(0) { $0 + $1.grad * $1.grad } / Double(x.count)).squareRoot()
        }
    }

    /// The heads of `forward`.
    private static func attend(
        _ q: [Value], _ keys: [[Value]], _ values: [[Value]], _ config: Config
    ) -> [Value] {
        (0..<config.nHead).flatMap { h in
            let head = h * config.headDim..<(h + 1) * config.headDim
            let qH = Array(q[head])
            let attnLogits = keys.map { k in
                dot(qH, Array(k[head])) / Double(config.headDim).squareRoot()
            }
            let attnWeights = softmax(attnLogits)
            return head.map { j in dot(attnWeights, values.map { v in v[j] }) }
        }
    }
}
