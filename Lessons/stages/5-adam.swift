// Stage 5: Adam.
//
// The model of stage 4, trained by Adam instead of plain steps downhill. This is microgpt.py as it
// was finally published, and it is all in Sources/MicroGPT/MicroGPT.swift, which is used here with
// the sizes that were finally published.
//
//     swift run -c release stage 5 [a file of names]

import Foundation
import MicroGPT
import PythonRandom

/// From names to new names.
public func run(_ names: [String]) {
    var documents = names
    var rng = PythonRandom(seed: 42)
    rng.shuffle(&documents)
    print("num docs: \(documents.count)")
    let tokenizer = Tokenizer(documents: documents)
    print("vocab size: \(tokenizer.vocabSize)")
    let model = GPT(.gist, tokenizer, &rng)
    print("num params: \(model.params.count)")

    var adam = Adam(paramCount: model.params.count)
    for step in 0..<1000 {
        let tokens = tokenizer.encode(documents[step % documents.count])
        let loss = model.trainStep(tokens, &adam)
        print(String(format: "step %4ld / 1000 | loss %.4f", step + 1, loss))
    }

    print("\n--- inference (new, hallucinated names) ---")
    for i in 1...20 {
        let sample = model.sample(temperature: 0.5, &rng)
        print(String(format: "sample %2ld: ", i) + sample)
    }
}
