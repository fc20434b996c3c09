// Training: the loop of Program/main.swift, a few steps at a time.

/// A training on its way.
struct Training {
    let config: Config
    var documents: [String]
    var rng: PythonRandom
    let gpt: GPT
    var adam: Adam

    init(_ config: Config, _ documents: [String]) {
        self.config = config
        self.documents = documents
        rng = PythonRandom(seed: config.seed)
        rng.shuffle(&self.documents)
        gpt = GPT(config, Tokenizer(documents: documents), &rng)
        adam = Adam(paramCount: gpt.params.count)
    }
}

nonisolated(unsafe) private var training: Training?

/// Starts a training on the names in the buffer, one a line.
@_cdecl("start")
public func start(_ isGist: Bool, _ byteCount: Int) -> Int {
    let names = text(byteCount).split(separator: "\n").map { String($0) }
    training = Training(isGist ? .gist : .lesson, names)
    return training!.gpt.params.count
}

/// One step.
@_cdecl("step")
public func step() -> Double {
    guard training != nil else { return .nan }
    let documents = training!.documents
    let document = documents[training!.adam.step % documents.count]
    return training!.gpt.trainStep(training!.gpt.tokenizer.encode(document), &training!.adam)
}
