import MicroGPT

/// Rung 1: the single file itself, with its model, its `backward()` and its Adam.
public struct Dots: ValueEngine {
    let gpt: GPT
    public var adam: Adam

    public init(_ gpt: GPT) throws(UserError) {
        self.gpt = try gpt.copy()
        adam = Adam(paramCount: gpt.params.count)
    }

    func loss(_ tokens: [Int]) -> Value { gpt.loss(tokens) }
}

/// An engine whose numbers are the single file's.
protocol ValueEngine: Engine {
    var gpt: GPT { get }

    /// The loss of a document, with its graph.
    func loss(_ tokens: [Int]) -> Value
}

extension ValueEngine {
    public var params: [Double] {
        get { gpt.params.map(\.data) }
        set {
            precondition(
                newValue.count == gpt.params.count,
                "\(newValue.count) of \(gpt.params.count) numbers")
            for (p, x) in zip(gpt.params, newValue) { p.data = x }
        }
    }

    public mutating func lossAndGradients(
        _ documents: [[Int]]
    ) -> (loss: Double, gradients: [Double]) {
        let loss = forwardAndBackward(documents)
        return (loss, gpt.params.map(\.grad))
    }

    public mutating func trainStep(_ documents: [[Int]]) -> Double {
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
            let loss = loss(tokens)
            total += loss.data
            (1 / Double(documents.count) * loss).backward()
        }
        return total / Double(documents.count)
    }
}

extension GPT {
    /// A model with the same parameters, each a number of its own.
    func copy() throws(UserError) -> GPT {
        var unused = PythonRandom(seed: 0)
        let copy = try GPT(config, tokenizer, &unused)
        for (p, original) in zip(copy.params, params) { p.data = original.data }
        return copy
    }
}
