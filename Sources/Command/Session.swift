import ArgumentParser
import MicroGPT

/// Everything that microgpt.py has before its training loop (lines 12-90), and the loop's step.
struct Session {
    let documents: [String]
    let gpt: GPT
    var rng: PythonRandom
    var adam: Adam

    init(names: String, config: Config) throws {
        rng = PythonRandom(seed: config.seed)
        var documents = try readDocuments(names)
        rng.shuffle(&documents)
        self.documents = documents
        gpt = try GPT(config, Tokenizer(documents: documents), &rng)
        adam = Adam(paramCount: gpt.params.count)
    }

    /// The document whose turn it is.
    var document: String { documents[adam.step % documents.count] }

    /// - Returns: the loss before the update.
    mutating func trainStep() throws -> Double { try gpt.trainStep(document, &adam) }
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
        var session = try Session(names: "names.txt", config: .lesson)
        if untrained { return session.gpt }
        var console = Console(progress: Progress(total: session.gpt.config.numSteps))
        defer { console.endProgress() }
        while session.adam.step < session.gpt.config.numSteps {
            let loss = try session.trainStep()
            console.advance(to: session.adam.step, loss: loss)
        }
        return session.gpt
    }
}
