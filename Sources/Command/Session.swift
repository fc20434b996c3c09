import ArgumentParser
import Efficiency
import Inspection
import MicroGPT

/// Everything that microgpt.py has before its training loop (lines 12-90), and the loop's step.
struct Session {
    let documents: [String]
    /// The model; where an engine trains, as it was when `updateModel()` was called.
    let gpt: GPT
    var rng: PythonRandom
    private var gptAdam: Adam
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
        gpt = try GPT(config, Tokenizer(documents: documents), &rng)
        gptAdam = Adam(paramCount: gpt.params.count)
    }

    /// Goes on from a checkpoint, with the documents in the order in which they were.
    init(names: String, resuming checkpoint: Checkpoint, from path: String) throws {
        guard let training = checkpoint.training else {
            throw UserError(
                "\(path): a model without the state of its training; it can be sampled with --load, "
                    + "but not resumed")
        }
        (gptAdam, rng) = training
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

    var adam: Adam { engine?.adam ?? gptAdam }

    /// The documents whose turn it is.
    private var nextDocuments: [String] {
        let first = adam.step * batch
        return (0..<batch).map { onlyDocument ?? documents[(first + $0) % documents.count] }
    }

    /// The first document whose turn it is.
    var document: String { nextDocuments[0] }

    /// Lets a rung of the ladder train from here on.
    ///
    /// - Throws: `UserError` if the model is out of its range.
    mutating func train(with rung: Rung, batch: Int, threads: Int) throws {
        var engine = try rung.engine(gpt, threads: threads)
        engine.adam = adam
        (self.engine, self.batch) = (engine, batch)
    }

    /// Gives the model the parameters that an engine has trained.
    func updateModel() {
        guard let engine else { return }
        for (p, number) in zip(gpt.params, engine.params) { p.data = number }
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
        updateModel()
        return losses
    }

    /// - Returns: the loss before the update, of several documents the mean.
    /// - Throws: `UserError`, with all parameters as they were, if the loss is not finite.
    mutating func trainStep() throws -> Double {
        let documents = nextDocuments
        let loss =
            if engine == nil {
                try gpt.trainStep(documents[0], &gptAdam)
            } else {
                try trainStepOfEngine(documents)
            }
        self.loss = loss
        return loss
    }

    private mutating func trainStepOfEngine(_ documents: [String]) throws -> Double {
        let tokens = try documents.map(gpt.tokenizer.encode)
        let loss = engine?.trainStep(tokens) ?? .nan
        guard loss.isFinite else {
            let names = documents.map { "\"\($0)\"" }.joined(separator: ", ")
            throw UserError(
                "step \(adam.step + 1), \(names): the loss is \(loss.isNaN ? .nan : loss), not a "
                    + "finite number; try a learning rate below \(gpt.config.learningRate)")
        }
        return loss
    }
}

extension Rung: ExpressibleByArgument {}

/// The flags that let a rung of the ladder train.
struct EngineOptions: ParsableArguments {
    @Option(help: "Train with this rung of the ladder, see `microgpt help bench`.")
    var engine: Rung?

    @Option(
        parsing: .unconditional,
        help: "With --engine: how many names a step takes. (default: 1, or 16 with simd)",
        transform: wholeNumber(1...65_536))
    var batch: Int?

    @Option(
        parsing: .unconditional,
        help: "With --engine simd: how many threads share the work. (default: 1)",
        transform: wholeNumber(1...1024))
    var threads: Int?

    func validate() throws {
        if let engine {
            if threads != nil && !engine.takesThreads {
                throw ValidationError("--engine \(engine.rawValue) works on one thread.")
            }
        } else if batch != nil || threads != nil {
            throw ValidationError(
                "--batch and --threads need --engine <engine>; the single file takes one name a step."
            )
        }
    }

    /// Lets the engine train a session, if there is one.
    ///
    /// - Parameter resumed: the checkpoint that the session goes on from; its batch stays.
    func start(in session: inout Session, resumed: String? = nil) throws {
        if let engine {
            let batch = resumed == nil ? self.batch ?? engine.defaultBatch : session.batch
            try session.train(with: engine, batch: batch, threads: threads ?? 1)
        } else if let resumed, session.batch > 1 {
            throw UserError(
                "\(resumed): a step of its training takes \(session.batch) names, and of the single "
                    + "file one; go on with --engine arrays, say")
        }
    }
}

/// The flags of subcommands that look at a trained model.
struct TrainedModelOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A checkpoint of `microgpt train --save`. (default: train the lesson preset first)",
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
