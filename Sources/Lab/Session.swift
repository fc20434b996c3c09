import ArgumentParser
import Efficiency
import Inspection
import MicroGPT
import PythonRandom

/// Everything that microgpt.py has before its training loop (lines 12-90), and the loop's step.
struct Session {
    let documents: [String]
    /// What it does not train on: a tenth of the names, if that was asked for.
    let heldOut: [String]
    /// The model; where an engine trains, as it was at the last `takeFromEngine()`.
    let gpt: GPT
    var rng: PythonRandom
    /// Where an engine trains, the step is always right, and the moments are as the model.
    private(set) var adam: Adam
    /// What trains in the place of the single file, if anything does.
    private var engine: (any Engine)?
    /// The loss of the last step, before its update.
    private(set) var loss: Double?
    /// What its numbers depend on beside the config: documents, batch and engine.
    private(set) var recipe: Checkpoint.Recipe

    /// - Parameters:
    ///   - name: the only document to train on, if not on all.
    ///   - holdsOut: whether a tenth of the names is held out.
    init(names: String, config: Config, name: String? = nil, holdsOut: Bool = false) throws {
        rng = PythonRandom(seed: config.seed)
        (documents, heldOut, recipe) = try Self.shuffledDocuments(names, holdsOut, &rng)
        recipe.name = name
        let tokenizer = Tokenizer(documents: [alphabet(of: documents + heldOut)])
        try config.validate(vocabSize: tokenizer.vocabSize)
        try MemoryNeed.expectRoom(for: [], config, vocabSize: tokenizer.vocabSize)
        gpt = GPT(config, tokenizer, &rng)
        adam = Adam(paramCount: gpt.params.count)
    }

    /// Goes on from a checkpoint, with the documents in the order in which they were.
    init(
        names: String, resuming checkpoint: Checkpoint, from path: String, holdsOut: Bool = false
    ) throws {
        (adam, rng) = try checkpoint.resumable(
            path, instead: "it can be sampled with --load, but not resumed")
        (gpt, loss, recipe) = (checkpoint.gpt, checkpoint.loss, checkpoint.recipe)
        var shuffling = PythonRandom(seed: gpt.config.seed)
        let found: Checkpoint.Recipe
        (documents, heldOut, found) = try Self.shuffledDocuments(names, holdsOut, &shuffling)
        guard found.documents == recipe.documents else {
            let other = try? Self.shuffledDocuments(names, !holdsOut, &shuffling).recipe
            if let other, other.documents == recipe.documents {
                let what = holdsOut ? "on all of them; leave --validate out" : "with --validate"
                throw UserError("\(names): \(path) was trained \(what), and goes on like that")
            }
            throw Checkpoint.otherNames(names, path)
        }
    }

    private static func shuffledDocuments(
        _ names: String, _ holdsOut: Bool, _ rng: inout PythonRandom
    ) throws -> (documents: [String], heldOut: [String], recipe: Checkpoint.Recipe) {
        var (documents, heldOut) = (try Console().documents(in: names), [String]())
        if holdsOut {
            (documents, heldOut) = splitHeldOut(documents)
            guard !documents.isEmpty, !heldOut.isEmpty else {
                throw UserError(
                    "\(names): \(documents.count + heldOut.count) names, of which "
                        + "\(heldOut.count) would be held out; --validate needs more of them")
            }
        }
        var recipe = Checkpoint.Recipe()
        recipe.documents = Checkpoint.Recipe.digest(of: documents)
        rng.shuffle(&documents)
        return (documents, heldOut, recipe)
    }

    /// The mean loss of the names that are held out, and of as many that it trains on.
    mutating func validationLosses() throws -> (training: Double, heldOut: Double) {
        takeFromEngine()
        return (
            try Rung.meanLoss(of: gpt, on: documents.prefix(heldOut.count)),
            try Rung.meanLoss(of: gpt, on: heldOut)
        )
    }

    /// The document whose turn it is.
    var document: String { recipe.name ?? documents[adam.step % documents.count] }

    /// What a training takes of memory; that of the single file, if there is no rung.
    func memoryNeed(_ rung: Rung? = nil, batch: Int = 1, threads: Int = 1) -> MemoryNeed {
        let lengths = recipe.name.map { [$0] } ?? documents
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
        self.engine = engine
        (recipe.engine, recipe.batch) = (rung.recorded, batch)
        recipe.threads = rung.takesThreads ? threads : nil
    }

    /// Brings the model and Adam's moments to where an engine is.
    mutating func takeFromEngine() {
        guard let engine else { return }
        for (p, number) in zip(gpt.params, engine.params) { p.data = number }
        adam = engine.adam
    }

    /// Trains to the end, or until Control-C is watched for and pressed, with the progress line only.
    ///
    /// - Parameter losses: gets the losses, also of the steps before an error.
    mutating func train(quiet: Bool = false, _ losses: inout [Double]) throws {
        let numSteps = gpt.config.numSteps
        var console = Console(progress: quiet ? nil : Progress(total: numSteps))
        defer { console.endProgress() }
        while adam.step < numSteps && !Interrupt.isRequested {
            let loss = try trainStep()
            losses.append(loss)
            console.advance(to: adam.step, loss: loss)
        }
        takeFromEngine()
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
        let first = adam.step * recipe.batch
        let batch = (0..<recipe.batch).map {
            recipe.name ?? documents[(first + $0) % documents.count]
        }
        let tokens = try batch.map(gpt.tokenizer.tokens(of:))
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

extension Console {
    func noteNoChecksum(in file: String) {
        note("\(file): no checksum in its metadata: it is taken as it is, whole or damaged")
    }
}

/// The flags of subcommands that look at a trained model.
struct TrainedModelOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A checkpoint of `lab train --save`. (default: train the lesson preset first)",
            valueName: "file"), completion: .checkpoint)
    var load: String?

    @Flag(help: "Look at the model before training.")
    var untrained = false

    func validate() throws {
        if untrained && load != nil {
            throw ValidationError("A checkpoint is trained; use --load or --untrained, not both.")
        }
    }

    /// The model from the checkpoint, or a new one, trained here with a progress line.
    ///
    /// - Parameter output: a file that will be written: what the model comes from is none.
    func gpt(output: String? = nil) throws -> GPT {
        let names = "names.txt"
        try expectWritable(
            output, besides: [("--load", load), ("the names", load == nil ? names : nil)])
        if let load {
            let checkpoint = try Checkpoint(contentsOf: load)
            if !checkpoint.isChecked { Console().noteNoChecksum(in: load) }
            return checkpoint.gpt
        }
        var session = try Session(names: names, config: .lesson)
        var losses: [Double] = []
        if !untrained {
            try session.train(with: .tape, batch: 1, threads: 1)
            try session.train(&losses)
        }
        return session.gpt
    }
}
