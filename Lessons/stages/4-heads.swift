// Stage 4: heads.
//
// One head can look for one thing. Four small ones, slices of the same q, k and v, look for four at
// the same price; and what was one block becomes a loop over layers. Stands for the fifth of the six
// steps in which microgpt.py was published.
//
//     swift run -c release stage 4 [a file of names]

import Foundation
import MicroGPT
import PythonRandom

let nEmbd = 16  // numbers in a vector
let blockSize = 16  // positions that attention can see
let nHead = 4  // slices of a vector, each with an attention of its own
let headDim = nEmbd / nHead
let nLayer = 1

/// The matrices of a layer.
struct Layer {
    let attnWq, attnWk, attnWv, attnWo, mlpFc1, mlpFc2: Matrix
    var matrices: [Matrix] { [attnWq, attnWk, attnWv, attnWo, mlpFc1, mlpFc2] }
}

/// The model: embeddings of token and position, layers of attention and MLP, and the logits.
struct GPT {
    let wte, wpe, lmHead: Matrix
    let layers: [Layer]
    let params: [Value]

    init(vocabSize: Int, _ rng: inout PythonRandom) {
        func matrix(_ nOut: Int, _ nIn: Int) -> Matrix {
            (0..<nOut).map { _ in (0..<nIn).map { _ in Value(rng.gauss(0, 0.08)) } }
        }
        wte = matrix(vocabSize, nEmbd)
        wpe = matrix(blockSize, nEmbd)
        lmHead = matrix(vocabSize, nEmbd)
        layers = (0..<nLayer).map { _ in
            Layer(
                attnWq: matrix(nEmbd, nEmbd),
                attnWk: matrix(nEmbd, nEmbd),
                attnWv: matrix(nEmbd, nEmbd),
                attnWo: matrix(nEmbd, nEmbd),
                mlpFc1: matrix(4 * nEmbd, nEmbd),
                mlpFc2: matrix(nEmbd, 4 * nEmbd))
        }
        params = ([wte, wpe, lmHead] + layers.flatMap { $0.matrices }).flatMap { $0.joined() }
    }

    /// The logits of the token that follows. The cache has what was before, and gets what is here.
    func forward(tokenID: Int, posID: Int, cache: inout KVCache) -> [Value] {
        let tokEmb = wte[tokenID]
        let posEmb = wpe[posID]
        var x = zip(tokEmb, posEmb).map { t, p in t + p }
        x = rmsnorm(x)
        for (li, layer) in layers.enumerated() {
            // 1) Multi-head attention
            var xResidual = x
            x = rmsnorm(x)
            let q = linear(x, layer.attnWq)
            let k = linear(x, layer.attnWk)
            let v = linear(x, layer.attnWv)
            cache[li].keys.append(k)
            cache[li].values.append(v)
            var xAttn: [Value] = []
            for h in 0..<nHead {
                let head = h * headDim..<(h + 1) * headDim
                let qH = Array(q[head])
                let kH = cache[li].keys.map { k in Array(k[head]) }
                let vH = cache[li].values.map { v in Array(v[head]) }
                let attnLogits = kH.map { k in dot(qH, k) / power(Double(headDim), 0.5) }
                let attnWeights = softmax(attnLogits)
                let headOut = (0..<headDim).map { j in dot(attnWeights, vH.map { v in v[j] }) }
                xAttn += headOut
            }
            x = linear(xAttn, layer.attnWo)
            x = zip(x, xResidual).map { a, b in a + b }
            // 2) MLP
            xResidual = x
            x = rmsnorm(x)
            x = linear(x, layer.mlpFc1)
            x = x.map { $0.relu() }
            x = linear(x, layer.mlpFc2)
            x = zip(x, xResidual).map { a, b in a + b }
        }
        return linear(x, lmHead)
    }

    /// How badly the model predicts a name: minus the logarithm of the probability that it gives to
    /// each token from those before, on average over the first blockSize.
    func loss(_ tokens: [Int]) -> Value {
        let n = min(blockSize, tokens.count - 1)
        var cache = KVCache(repeating: ([], []), count: nLayer)
        var losses: [Value] = []
        for posID in 0..<n {
            let probs = softmax(forward(tokenID: tokens[posID], posID: posID, cache: &cache))
            losses.append(-probs[tokens[posID + 1]].log())
        }
        return (1 / Double(n)) * sum(losses)
    }

    /// One step of training: each parameter goes against its slope. The loss is from before it.
    func trainStep(_ tokens: [Int], learningRate: Double) -> Double {
        let loss = loss(tokens)
        loss.backward()
        for p in params {
            p.data -= learningRate * p.grad
            p.grad = 0
        }
        return loss.data
    }

    /// A new name, one token after another, up to BOS or blockSize characters. A temperature below 1
    /// makes likely tokens likelier still.
    func sample(_ tokenizer: Tokenizer, temperature: Double, _ rng: inout PythonRandom) -> String {
        var cache = KVCache(repeating: ([], []), count: nLayer)
        var tokenID = tokenizer.bos
        var sample = ""
        for posID in 0..<blockSize {
            let logits = forward(tokenID: tokenID, posID: posID, cache: &cache)
            let probs = softmax(logits.map { $0 / temperature }).map { $0.data }
            tokenID = rng.choice(weights: probs)
            if tokenID == tokenizer.bos { break }
            sample.unicodeScalars.append(tokenizer.characters[tokenID])
        }
        return sample
    }
}

/// From names to new names.
public func run(_ names: [String]) {
    var documents = names
    var rng = PythonRandom(seed: 42)
    rng.shuffle(&documents)
    print("num docs: \(documents.count)")
    let tokenizer = Tokenizer(documents: documents)
    print("vocab size: \(tokenizer.vocabSize)")
    let model = GPT(vocabSize: tokenizer.vocabSize, &rng)
    print("num params: \(model.params.count)")

    for step in 0..<1000 {
        let tokens = tokenizer.encode(documents[step % documents.count])
        let learningRate = 0.1 * (1 - Double(step) / 1000)
        let loss = model.trainStep(tokens, learningRate: learningRate)
        if step < 5 || step % 200 == 0 {
            print(String(format: "step %4ld / 1000 | loss %.4f", step + 1, loss))
        }
    }

    print("\n--- inference (new, hallucinated names) ---")
    for i in 1...20 {
        let sample = model.sample(tokenizer, temperature: 0.5, &rng)
        print(String(format: "sample %2ld: ", i) + sample)
    }
}
