import ArgumentParser
import Inspection
import MicroGPT

/// Everything that microgpt.py has before its training loop (lines 12-90), and the loop's step.
struct Session {
    let documents: [String]
    let gpt: GPT
    var rng: PythonRandom
    var adam: Adam
    /// The loss of the last step, before its update.
    private(set) var loss: Double?
    /// The only document to train on, if there is one.
    var onlyDocument: String?

    init(names: String, config: Config) throws {
        rng = PythonRandom(seed: config.seed)
        documents = try Self.shuffledDocuments(names, &rng)
        gpt = try GPT(config, Tokenizer(documents: documents), &rng)
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
        (gpt, loss) = (checkpoint.gpt, checkpoint.loss)
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
        return losses
    }

    /// - Returns: the loss before the update.
    mutating func trainStep() throws -> Double {
        let loss = try gpt.trainStep(document, &adam)
        self.loss = loss
        return loss
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
