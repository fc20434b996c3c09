// Stage 2: autograd.
//
// The same network, and nobody works out its gradient any more: every number is a `Value`, which
// remembers what it was made from, and `loss.backward()` walks back through all of them. Stands for
// the third of the six steps in which microgpt.py was published. `Value`, `linear` and `softmax` of
// such numbers are those of MicroGPT.swift.
//
//     swift run -c release stage 2 [a file of names]

import Foundation
import MicroGPT
import PythonRandom

/// The model: an embedding for each token, and a network of two layers that makes logits of it.
struct MLP {
    let wte, mlpFc1, mlpFc2: Matrix  // vocabSize, 16; 64, 16; vocabSize, 64
    let params: [Value]

    init(vocabSize: Int, _ rng: inout PythonRandom) {
        func matrix(_ nOut: Int, _ nIn: Int) -> Matrix {
            (0..<nOut).map { _ in (0..<nIn).map { _ in Value(rng.gauss(0, 0.08)) } }
        }
        wte = matrix(vocabSize, 16)
        mlpFc1 = matrix(64, 16)
        mlpFc2 = matrix(vocabSize, 64)
        params = [wte, mlpFc1, mlpFc2].flatMap { $0.joined() }
    }

    /// The logits of the token that follows.
    func forward(tokenID: Int) -> [Value] {
        let x = wte[tokenID]
        let hidden = linear(x, mlpFc1).map { $0.relu() }
        let logits = linear(hidden, mlpFc2)
        return logits
    }

    /// How badly the model predicts a name: minus the logarithm of the probability that it gives to
    /// each token, on average.
    func loss(_ tokens: [Int]) -> Value {
        let n = tokens.count - 1
        var losses: [Value] = []
        for posID in 0..<n {
            let probs = softmax(forward(tokenID: tokens[posID]))
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

    /// A new name, one token after another, up to BOS or 16 characters. A temperature below 1 makes
    /// likely tokens likelier still.
    func sample(_ tokenizer: Tokenizer, temperature: Double, _ rng: inout PythonRandom) -> String {
        var tokenID = tokenizer.bos
        var sample = ""
        for _ in 0..<16 {
            let logits = forward(tokenID: tokenID)
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
    let model = MLP(vocabSize: tokenizer.vocabSize, &rng)
    print("num params: \(model.params.count)")

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
