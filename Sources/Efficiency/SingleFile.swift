import Inspection
import MicroGPT

/// Rung 1: the single file itself, with its model, its `backward()` and its Adam.
struct SingleFile: Engine {
    private let gpt: GPT
    var adam: Adam

    init(_ gpt: GPT) {
        self.gpt = gpt.copy()
        adam = Adam(paramCount: gpt.params.count)
    }

    var params: [Double] {
        get { gpt.params.map(\.data) }
        set {
            require(
                newValue.count == gpt.params.count,
                "\(newValue.count) of \(gpt.params.count) numbers")
            for (p, x) in zip(gpt.params, newValue) { p.data = x }
        }
    }

    mutating func lossAndGradients(_ documents: [[Int]]) -> (loss: Double, gradients: [Double]) {
        let loss = forwardAndBackward(documents)
        return (loss, gpt.params.map(\.grad))
    }

    mutating func trainStep(_ documents: [[Int]]) -> Double {
        let loss = forwardAndBackward(documents)
        if loss.isFinite { adam.update(gpt.params, gpt.config) }
        return loss
    }

    /// One document after the other, so that there is one graph at a time.
    private func forwardAndBackward(_ documents: [[Int]]) -> Double {
        expectDocuments(documents, vocabSize: gpt.tokenizer.vocabSize)
        for p in gpt.params { p.grad = 0 }
        var total = 0.0
        for tokens in documents {
            let loss = gpt.loss(tokens)
            total += loss.data
            (1 / Double(documents.count) * loss).backward()
        }
        return total / Double(documents.count)
    }
}
