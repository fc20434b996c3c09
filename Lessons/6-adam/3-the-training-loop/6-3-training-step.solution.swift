import MicroGPT

public func trainingStep(_ gpt: GPT, _ document: String, update: () -> Void) throws -> Double {
    let loss = gpt.loss(gpt.tokenizer.encode(document))
    for p in gpt.params { p.grad = 0 }
    loss.backward()
    update()
    return loss.data
}
