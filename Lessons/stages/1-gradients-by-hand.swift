// Stage 1: gradients by hand.
//
// The table becomes a small network, whose numbers are learned by going downhill. The slope of the
// loss by each of them is worked out on paper, and checked once by trying what a nudge does. Stands
// for the second of the six steps in which microgpt.py was published. From here on, what earlier
// stages have shown comes from MicroGPT.swift: here it is `Tokenizer`.
//
//     swift run -c release stage 1 [a file of names]

import Foundation
import MicroGPT
import PythonRandom

/// A number that is learned, and the slope of the loss by it.
final class Parameter {
    var data: Double
    var grad = 0.0
    init(_ data: Double) { self.data = data }
}

/// Rows of equal length.
typealias Matrix = [[Parameter]]

/// A matrix times a vector.
func linear(_ x: [Double], _ w: Matrix) -> [Double] {
    w.map { row in zip(row, x).map { w, x in w.data * x }.reduce(0, +) }
}

/// The way back through `linear`: from the slopes of the loss by its outputs, those by its weights,
/// which add up, and those by its inputs, which are returned.
func linearBackward(_ outGrads: [Double], _ x: [Double], _ w: Matrix) -> [Double] {
    var xGrads = x.map { _ in 0.0 }
    for o in w.indices {
        for i in x.indices {
            w[o][i].grad += outGrads[o] * x[i]
            xGrads[i] += outGrads[o] * w[o][i].data
        }
    }
    return xGrads
}

/// Any numbers as probabilities.
func softmax(_ logits: [Double]) -> [Double] {
    let maxVal = logits.max() ?? 0
    let exps = logits.map { exp($0 - maxVal) }
    let total = exps.reduce(0, +)
    return exps.map { $0 / total }
}

/// The model: an embedding for each token, and a network of two layers that makes logits of it.
struct MLP {
    let wte, mlpFc1, mlpFc2: Matrix  // vocabSize, 16; 64, 16; vocabSize, 64
    let params: [Parameter]

    init(vocabSize: Int, _ rng: inout PythonRandom) {
        func matrix(_ nOut: Int, _ nIn: Int) -> Matrix {
            (0..<nOut).map { _ in (0..<nIn).map { _ in Parameter(rng.gauss(0, 0.08)) } }
        }
        wte = matrix(vocabSize, 16)
        mlpFc1 = matrix(64, 16)
        mlpFc2 = matrix(vocabSize, 64)
        params = [wte, mlpFc1, mlpFc2].flatMap { $0.joined() }
    }

    /// The logits of the token that follows, and what they were made from.
    func forward(tokenID: Int) -> (x: [Double], hidden: [Double], logits: [Double]) {
        let x = wte[tokenID].map(\.data)
        let hidden = linear(x, mlpFc1).map { max(0, $0) }  // relu
        let logits = linear(hidden, mlpFc2)
        return (x, hidden, logits)
    }

    /// How badly the model predicts a name: minus the logarithm of the probability that it gives to
    /// each token, on average.
    func loss(_ tokens: [Int]) -> Double {
        let n = tokens.count - 1
        var losses: [Double] = []
        for posID in 0..<n {
            let probs = softmax(forward(tokenID: tokens[posID]).logits)
            losses.append(-log(probs[tokens[posID + 1]]))
        }
        return (1 / Double(n)) * losses.reduce(0, +)
    }

    /// The slope of the loss by each parameter, by trying: nudge it, and see how far the loss moves.
    func numericGradients(_ tokens: [Int]) -> [Double] {
        let (loss, epsilon) = (loss(tokens), 1e-5)
        var slopes: [Double] = []
        for p in params {
            let data = p.data
            p.data = data + epsilon
            slopes.append((self.loss(tokens) - loss) / epsilon)
            p.data = data
        }
        return slopes
    }

    /// The same by the chain rule, from the loss back to each parameter, in its `grad`. The loss is
    /// returned.
    func backward(_ tokens: [Int]) -> Double {
        let n = tokens.count - 1
        var losses: [Double] = []
        for posID in 0..<n {
            let (tokenID, target) = (tokens[posID], tokens[posID + 1])
            let (x, hidden, logits) = forward(tokenID: tokenID)
            let probs = softmax(logits)
            losses.append(-log(probs[target]))
            var logitGrads = probs.map { $0 / Double(n) }
            logitGrads[target] -= 1 / Double(n)
            var hiddenGrads = linearBackward(logitGrads, hidden, mlpFc2)
            for i in hidden.indices where hidden[i] == 0 { hiddenGrads[i] = 0 }  // relu
            let xGrads = linearBackward(hiddenGrads, x, mlpFc1)
            for i in x.indices { wte[tokenID][i].grad += xGrads[i] }
        }
        return (1 / Double(n)) * losses.reduce(0, +)
    }

    /// One step of training: each parameter goes against its slope. The loss is from before it.
    func trainStep(_ tokens: [Int], learningRate: Double) -> Double {
        let loss = backward(tokens)
        for p in params {
            p.data -= learningRate * p.grad
            p.grad = 0
        }
        return loss
    }

    /// A new name, one token after another, up to BOS or 16 characters. A temperature below 1 makes
    /// likely tokens likelier still.
    func sample(_ tokenizer: Tokenizer, temperature: Double, _ rng: inout PythonRandom) -> String {
        var tokenID = tokenizer.bos
        var sample = ""
        for _ in 0..<16 {
            let logits = forward(tokenID: tokenID).logits
            let probs = softmax(logits.map { $0 / temperature })
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
    let model = MLP(vocabSize: tokenizer.vocabSize, &rng)
    print("num params: \(model.params.count)")

    // Both gradients of the first name.
    let tokens = tokenizer.encode(documents[0])
    let slopes = model.numericGradients(tokens)
    let (lossN, lossA) = (model.loss(tokens), model.backward(tokens))
    let maxDiff = zip(slopes, model.params).map { abs($0 - $1.grad) }.max() ?? 0
    let check = "gradient check | loss_n %.6f | loss_a %.6f | max diff %.8f"
    print(String(format: check, lossN, lossA, maxDiff))
    for p in model.params { p.grad = 0 }

    for step in 0..<1000 {
        let tokens = tokenizer.encode(documents[step % documents.count])
        let learningRate = 1.0 * (1 - Double(step) / 1000)
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
