// Stage 0: counting.
//
// A model that predicts the next letter from the one before, by counting how often each pair of
// letters was seen. Its skeleton stays to the end: tokens, a model, a loss, a thousand steps of
// training, and new names. Stands for the first of the six steps in which microgpt.py was published.
//
//     swift run -c release stage 0 [a file of names]

import Foundation
import PythonRandom

/// Characters as ids: each its place in the alphabet. The id after the last one is BOS, which begins
/// and ends every name.
struct Tokenizer {
    let characters: [Unicode.Scalar]
    var bos: Int { characters.count }
    var vocabSize: Int { characters.count + 1 }

    init(documents: [String]) {
        characters = Set(documents.flatMap { $0.unicodeScalars }).sorted()
    }

    func encode(_ document: String) -> [Int] {
        [bos] + document.unicodeScalars.compactMap { characters.firstIndex(of: $0) } + [bos]
    }
}

/// The model: a table of pairs.
struct Bigrams {
    /// A row for each token, and in it how often each token came next.
    var counts: [[Int]]

    init(vocabSize: Int) {
        counts = Array(repeating: Array(repeating: 0, count: vocabSize), count: vocabSize)
    }

    /// How likely each token is to come next. All count as seen once more than they were: a pair that
    /// is new must not be impossible.
    func probs(after tokenID: Int) -> [Double] {
        let row = counts[tokenID]
        let total = row.reduce(0, +) + row.count
        return row.map { count in Double(count + 1) / Double(total) }
    }

    /// How badly the model predicts a name: minus the logarithm of the probability that it gives to
    /// each token, on average.
    func loss(_ tokens: [Int]) -> Double {
        let n = tokens.count - 1
        var losses: [Double] = []
        for posID in 0..<n {
            let probs = probs(after: tokens[posID])
            losses.append(-log(probs[tokens[posID + 1]]))
        }
        return (1 / Double(n)) * losses.reduce(0, +)
    }

    /// One step of training. The loss is from before it.
    mutating func trainStep(_ tokens: [Int]) -> Double {
        let loss = loss(tokens)
        for posID in 0..<tokens.count - 1 {
            counts[tokens[posID]][tokens[posID + 1]] += 1
        }
        return loss
    }

    /// A new name, one token after another, up to BOS or 16 characters.
    func sample(_ tokenizer: Tokenizer, _ rng: inout PythonRandom) -> String {
        var tokenID = tokenizer.bos
        var sample = ""
        for _ in 0..<16 {
            tokenID = rng.choice(weights: probs(after: tokenID))
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
    var model = Bigrams(vocabSize: tokenizer.vocabSize)

    for step in 0..<1000 {
        let tokens = tokenizer.encode(documents[step % documents.count])
        let loss = model.trainStep(tokens)
        print(String(format: "step %4ld / 1000 | loss %.4f", step + 1, loss))
    }

    print("\n--- inference (new, hallucinated names) ---")
    for i in 1...20 {
        print(String(format: "sample %2ld: ", i) + model.sample(tokenizer, &rng))
    }
}
