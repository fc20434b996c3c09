// Training: the loop of Program/main.swift, a few steps at a time, and its checkpoints.

import Foundation
import MicroGPT
import PythonRandom

/// A training on its way.
struct Training {
    let config: Config
    /// In the order in which it takes them.
    private(set) var documents: [String]
    let gpt: GPT
    var rng: PythonRandom
    var adam: Adam
    /// The loss of the last step; of about the last 50.
    private(set) var loss: Double?
    private(set) var smoothed = SmoothedLoss()
    private(set) var recipe = Checkpoint.Recipe()

    /// A new one, on documents in the order of their file.
    ///
    /// - Parameter characters: all that they have, if that is known.
    init(_ config: Config, _ documents: [String], characters: String? = nil) {
        (self.config, self.documents) = (config, documents)
        recipe.documents = Checkpoint.Recipe.digest(of: documents)
        rng = PythonRandom(seed: config.seed)
        rng.shuffle(&self.documents)
        let tokenizer = Tokenizer(documents: [characters ?? alphabet(of: documents)])
        gpt = GPT(config, tokenizer, &rng)
        adam = Adam(paramCount: gpt.params.count)
    }

    /// Goes on from a checkpoint.
    ///
    /// - Parameters:
    ///   - names: what the documents are called in errors.
    ///   - file: what the checkpoint is called.
    init(
        resuming checkpoint: Checkpoint, from file: String, _ documents: [String],
        named names: String
    ) throws(UserError) {
        let instead = "it can write names, but not go on"
        (adam, rng) = try checkpoint.resumable(file, instead: instead)
        (gpt, loss, recipe) = (checkpoint.gpt, checkpoint.loss, checkpoint.recipe)
        (config, self.documents) = (gpt.config, documents)
        guard recipe.engine == nil, recipe.batch == 1 else {
            throw UserError(
                "\(file): trained by an engine that this page does not have; \(instead)")
        }
        guard Checkpoint.Recipe.digest(of: documents) == recipe.documents else {
            throw Checkpoint.otherNames(names, file)
        }
        var shuffling = PythonRandom(seed: config.seed)
        shuffling.shuffle(&self.documents)
    }

    /// The document whose turn it is.
    var document: String { recipe.name ?? documents[adam.step % documents.count] }

    /// - Returns: the loss of the step; the loss of about the last 50.
    mutating func step() throws(UserError) -> [Double] {
        let loss = try gpt.trainStep(document, &adam)
        self.loss = loss
        return [loss, smoothed.add(loss)]
    }
}

/// What goes wrong is told in a sentence, in the buffer.
private func answer(_ work: () throws(UserError) -> Int) -> Int {
    do { return try work() } catch { return -1 - give(error.description) }
}

/// The list of names that a training begins with, all characters in it, and what it is called.
nonisolated(unsafe) private var names: (documents: [String], characters: String, name: String) = (
    [], "", ""
)
/// What is trained, or only sampled.
nonisolated(unsafe) private var training: Training?
nonisolated(unsafe) private var model: Checkpoint?

/// Takes a list of names: in the buffer are what it is called, and then the bytes of the file.
///
/// - Returns: how many names there are, or an error.
@_cdecl("trainNames")
public func trainNames(_ nameCount: Int, _ byteCount: Int) -> Int {
    answer { () throws(UserError) in
        let name = text(nameCount)
        let bytes = UnsafeRawBufferPointer(rebasing: buffer[nameCount..<nameCount + byteCount])
        let documents = try documents(in: bytes, named: name)
        names = (documents, alphabet(of: documents), name)
        return names.documents.count
    }
}

/// Begins a training on the list of names.
///
/// - Returns: the number of parameters, or an error.
@_cdecl("trainStart")
public func trainStart(_ isGist: Bool, _ seed: Double, _ temperature: Double) -> Int {
    answer { () throws(UserError) in
        var config = isGist ? Config.gist : .lesson
        (config.seed, config.temperature) = (UInt64(seed), temperature)
        try config.validate(vocabSize: Tokenizer(documents: [names.characters]).vocabSize)
        (training, model) = (nil, nil)  // before there is another: two would take twice the memory
        let new = Training(config, names.documents, characters: names.characters)
        training = new
        model = Checkpoint(
            preset: isGist ? "gist" : "lesson", gpt: new.gpt, loss: nil, training: nil)
        return new.gpt.params.count
    }
}

/// Trains a few steps, as many as there are left.
///
/// - Returns: two numbers a step, in the buffer: its loss, and that of about the last 50; or an error.
@_cdecl("trainSteps")
public func trainSteps(_ count: Int) -> Int {
    answer { () throws(UserError) in
        var losses: [Double] = []
        while losses.count < 2 * count, let t = training, t.adam.step < t.config.numSteps {
            losses += try training!.step()
        }
        return give(losses)
    }
}

/// The name whose turn it is, as bytes in the buffer.
@_cdecl("trainDocument")
public func trainDocument() -> Int { give(training?.document ?? "") }

/// In the buffer: steps done and to do, parameters, tokens, names, the loss of who guesses among the
/// tokens, the last loss, positions, and whether it can go on.
@_cdecl("trainState")
public func trainState() -> Int {
    guard let model else { return give([Double]()) }
    let (config, vocabSize) = (model.gpt.config, model.gpt.tokenizer.vocabSize)
    return give([
        Double(training?.adam.step ?? model.training?.adam.step ?? config.numSteps),
        Double(config.numSteps), Double(model.gpt.params.count), Double(vocabSize),
        Double(training?.documents.count ?? 0), log(Double(vocabSize)),
        training?.loss ?? model.loss ?? .nan, Double(config.blockSize), training == nil ? 0 : 1,
    ])
}

/// Names by the model as it is, one a line, as bytes in the buffer; or an error.
///
/// - Parameter seed: of its random numbers, as in `lab sample`. Below 0, they are those that the
///   training has for its end: the same at each call, and the training goes on as if there was none.
@_cdecl("trainSamples")
public func trainSamples(_ count: Int, _ temperature: Double, _ seed: Double) -> Int {
    answer { () throws(UserError) in
        guard let model else { return 0 }
        let own = seed < 0 ? training?.rng : nil
        var rng = own ?? PythonRandom(seed: UInt64(max(0, seed)))
        var lines = ""
        for i in 0..<count {
            let name = try model.gpt.sample(prompt: "", temperature: temperature, &rng)
            lines += (i == 0 ? "" : "\n") + name
        }
        return give(lines)
    }
}

/// The checkpoint as bytes in the buffer, the same as a file of `lab train --save`; or an error.
@_cdecl("trainSave")
public func trainSave() -> Int {
    answer { () throws(UserError) in
        guard let model else { return 0 }
        guard let training else { return give(bytes: try model.encoded()) }
        let saved = Checkpoint(
            preset: model.preset, gpt: training.gpt, loss: training.loss,
            training: (training.adam, training.rng), recipe: training.recipe)
        return give(bytes: try saved.encoded())
    }
}

/// Takes a checkpoint: in the buffer are what it is called, and then its bytes. Its training goes on
/// if it can.
///
/// - Returns: how many bytes there are in the buffer that tell why it cannot go on; or an error.
@_cdecl("trainLoad")
public func trainLoad(_ nameCount: Int, _ byteCount: Int) -> Int {
    answer { () throws(UserError) in
        let name = text(nameCount)
        let loaded = try Checkpoint(Array(buffer[nameCount..<nameCount + byteCount]), named: name)
        (model, training) = (loaded, nil)
        do throws(UserError) {
            training = try Training(
                resuming: loaded, from: name, names.documents, named: names.name)
            return 0
        } catch {
            return give(error.description)
        }
    }
}
