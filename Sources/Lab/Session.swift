import ArgumentParser
import Efficiency
import Inspection
import MicroGPT

/// Everything that microgpt.py has before its training loop (lines 12-90), and the loop's step.
struct Session {
    let documents: [String]
    /// The model; where an engine trains, as it was at the last `takeFromEngine()`.
    let gpt: GPT
    var rng: PythonRandom
    /// Where an engine trains, the step is always right, and the moments are as the model.
    private(set) var adam: Adam
    /// What trains in the place of the single file, if anything does.
    private var engine: (any Engine)?
    /// How many documents a step takes; several take an engine.
    private(set) var batch = 1
    /// The loss of the last step, before its update.
    private(set) var loss: Double?
    /// The only document to train on, if there is one.
    var onlyDocument: String?

    init(names: String, config: Config) throws {
        rng = PythonRandom(seed: config.seed)
        documents = try Self.shuffledDocuments(names, &rng)
        let tokenizer = Tokenizer(documents: documents)
        try config.validate(vocabSize: tokenizer.vocabSize)
        try MemoryNeed.expectRoom(for: [], config, vocabSize: tokenizer.vocabSize)
        gpt = try GPT(config, tokenizer, &rng)
        adam = Adam(paramCount: gpt.params.count)
    }

    /// Goes on from a checkpoint, with the documents in the order in which they were.
    init(names: String, resuming checkpoint: Checkpoint, from path: String) throws {
        guard let training = checkpoint.training else {
            throw UserError(
                "\(path): a model without the state of its training; it can be sampled with --load, "
                    + "but not resumed")
        }
        (adam, rng) = training
        (gpt, loss, batch) = (checkpoint.gpt, checkpoint.loss, checkpoint.batch)
        var shuffling = PythonRandom(seed: gpt.config.seed)
        documents = try Self.shuffledDocuments(names, &shuffling)
        let (here, there) = (Tokenizer(documents: documents).characters, gpt.tokenizer.characters)
        guard here == there else {
            func text(_ characters: [Unicode.Scalar]) -> String {
                String(String.UnicodeScalarView(characters))
            }
            throw UserError(
                "\(names): its vocabulary (\(text(here))) is not that of \(path) (\(text(there))); "
                    + "resume with the names that it was trained on")
        }
    }

    private static func shuffledDocuments(
        _ names: String, _ rng: inout PythonRandom
    ) throws -> [String] {
        var documents = try readDocuments(names)
        rng.shuffle(&documents)
        return documents
    }

    /// The document whose turn it is.
    var document: String { onlyDocument ?? documents[adam.step % documents.count] }

    /// What a training takes of memory; that of the single file, if there is no rung.
    func memoryNeed(_ rung: Rung? = nil, batch: Int = 1, threads: Int = 1) -> MemoryNeed {
        let lengths = onlyDocument.map { [$0] } ?? documents
        return MemoryNeed(
            rung, gpt.config, vocabSize: gpt.tokenizer.vocabSize, batch: batch, threads: threads,
            longest: lengths.reduce(2) { max($0, $1.unicodeScalars.count + 2) })
    }

    /// - Throws: `UserError` if there is no room for so much in memory at once.
    func expectRoom(for needs: [MemoryNeed]) throws {
        try MemoryNeed.expectRoom(for: needs, gpt.config, vocabSize: gpt.tokenizer.vocabSize)
    }

    /// Lets a rung of the ladder train from here on.
    ///
    /// - Throws: `UserError` if the model is out of its range, or out of what there is of memory.
    mutating func train(with rung: Rung, batch: Int, threads: Int) throws {
        try expectRoom(for: [memoryNeed(rung, batch: batch, threads: threads)])
        var engine = try rung.engine(gpt, threads: threads)
        engine.adam = adam
        (self.engine, self.batch) = (engine, batch)
    }

    /// Brings the model and Adam's moments to where an engine is.
    mutating func takeFromEngine() {
        guard let engine else { return }
        for (p, number) in zip(gpt.params, engine.params) { p.data = number }
        adam = engine.adam
    }

    /// Trains to the end, or until Control-C is watched for and pressed, with the progress line only.
    ///
    /// - Returns: the losses.
    mutating func train(quiet: Bool = false) throws -> [Double] {
        let numSteps = gpt.config.numSteps
        var console = Console(progress: quiet ? nil : Progress(total: numSteps))
        defer { console.endProgress() }
        var losses: [Double] = []
        while adam.step < numSteps && !Interrupt.isRequested {
            let loss = try trainStep()
            losses.append(loss)
            console.advance(to: adam.step, loss: loss)
        }
        takeFromEngine()
        return losses
    }

    /// - Returns: the loss before the update, of several documents the mean.
    /// - Throws: `UserError`, with all parameters as they were, if the loss is not finite.
    mutating func trainStep() throws -> Double {
        let loss =
            try engine == nil ? gpt.trainStep(document, &adam) : trainStepOfEngine()
        self.loss = loss
        return loss
    }

    /// A step on the next documents, as many as a batch has.
    private mutating func trainStepOfEngine() throws -> Double {
        let first = adam.step * batch
        let batch = (0..<batch).map { onlyDocument ?? documents[(first + $0) % documents.count] }
        let tokens = try batch.map(gpt.tokenizer.encode)
        let loss = engine?.trainStep(tokens) ?? .nan
        guard loss.isFinite else {
            let names = batch.prefix(16).map { "\"\($0)\"" }.joined(separator: ", ")
            let more = batch.count > 16 ? " and \(batch.count - 16) more" : ""
            throw UserError(
                "step \(adam.step + 1), \(names)\(more): the loss is \(loss.isNaN ? .nan : loss), "
                    + "not a finite number; try a learning rate below \(gpt.config.learningRate)")
        }
        adam.step += 1
        return loss
    }
}

/// The flags of subcommands that look at a trained model.
struct TrainedModelOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A checkpoint of `lab train --save`. (default: train the lesson preset first)",
            valueName: "file"))
    var load: String?

    @Flag(help: "Look at the model before training.")
    var untrained = false

    func validate() throws {
        if untrained && load != nil {
            throw ValidationError("A checkpoint is trained; use --load or --untrained, not both.")
        }
    }

    /// The model from the checkpoint, or a new one, trained here with a progress line.
    func gpt() throws -> GPT {
        if let load { return try Checkpoint(contentsOf: load).gpt }
        var session = try Session(names: "names.txt", config: .lesson)
        if !untrained { _ = try session.train() }
        return session.gpt
    }
}
