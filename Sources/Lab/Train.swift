import ArgumentParser
import Foundation
import Inspection
import MicroGPT

struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Train a model on names, then let it invent some.",
        discussion: """
            Prints what microgpt.py prints: the loss of each step, then the samples. Control-C ends \
            the training after the current step and goes on to the samples.

              lab train --preset gist --samples 5

            With --save, the model is in a checkpoint at the end, and the training can be stopped \
            and resumed: the numbers are the same to the last bit, and so is what is printed.

              lab train --save model.safetensors --stop-after 250
              lab train --resume model.safetensors --save model.safetensors

            With --validate a tenth of the names is held out, always the same. While their loss \
            falls with that of the others, the model learns what names are like; when it rises, the \
            model learns these names by heart.

              lab train --validate --steps 5000 --plot losses.svg

            With --engine a rung of the ladder trains: the same mathematics, faster. Scalars, dots \
            and tape give the same bits as no engine: what is saved with one can be resumed with \
            another, or without. Arrays and simd round otherwise, simd with every number of threads, \
            and only go on with what they began; without flags, --resume takes what a training had.

              lab train --engine arrays --batch 16 --steps 5000

            One step on one name is quick to step through in a debugger:

              lab train --steps 1 --name emma
            """)

    @OptionGroup var model: ModelOptions

    @Option(
        parsing: .unconditional,
        help: "How many steps. (default: 500 in lesson, 1000 in gist)",
        transform: wholeNumber(1...1_000_000_000))
    var steps: Int?

    @Option(help: "Train on this name alone, at every step.")
    var name: String?

    @Option(
        parsing: .unconditional, help: "How many names to invent. (default: 20)",
        transform: wholeNumber(1...1_000_000_000))
    var samples: Int?

    @Option(
        parsing: .unconditional,
        help: "Below 1 the names are more likely ones, above 1 more daring. (default: 0.5)",
        transform: number(above: 1e-9))
    var temperature: Double?

    @OptionGroup var checkpoints: CheckpointOptions

    @OptionGroup var engines: EngineOptions

    @Flag(name: .shortAndLong, help: "Print the samples only: no losses, no progress.")
    var quiet = false

    @Flag(
        name: .customLong("validate"),
        help: "Hold a tenth of the names out, and measure their loss ten times.")
    var holdsOut = false

    @OptionGroup var plot: PlotOptions

    func validate() throws {
        if let name { try requireCharacters(in: name) }
        if holdsOut && (name != nil || plot.compare) {
            throw ValidationError("--validate is for all names, and for one preset.")
        }
    }

    func run() throws {
        let names = ("--names", Optional(model.names))
        try expectWritable(checkpoints.save, besides: [names])  // it may be that of --resume
        try expectWritable(
            plot.plot,
            besides: [names, ("--save", checkpoints.save), ("--resume", checkpoints.resume)])
        let checkpoint = try checkpoints.resume.map { try Checkpoint(contentsOf: $0) }
        var session = try start(from: checkpoint)
        let config = session.gpt.config
        let last = try checkpoints.lastStep(of: config.numSteps, after: session.adam.step)
        _ = try session.gpt.tokenizer.tokens(of: session.document)
        var losses: [Double] = []
        var heldOutLosses: [(step: Int, loss: Double)] = []

        var console = Console(
            progress: quiet ? nil : Progress(total: config.numSteps, done: session.adam.step))
        // What a resumed training prints goes on where the first part ended.
        if !quiet && checkpoint == nil {
            try console.print("num docs: \(session.documents.count)")
            try console.print("vocab size: \(session.gpt.tokenizer.vocabSize)")
            try console.print("num params: \(session.gpt.params.count)")
        }
        let preset =
            checkpoint.map { .init(rawValue: $0.preset) ?? .lesson } ?? model.preset ?? .lesson
        func save() throws {
            guard let file = checkpoints.save else { return }
            session.takeFromEngine()
            try Checkpoint(
                preset: preset.rawValue, gpt: session.gpt, loss: session.loss,
                training: (session.adam, session.rng), recipe: session.recipe
            ).write(to: file)
        }
        Interrupt.watch()
        do {
            defer { console.endProgress() }
            while session.adam.step < last && !Interrupt.isRequested {
                let loss = try session.trainStep()
                let step = session.adam.step
                losses.append(loss)
                if !quiet {
                    try console.print(
                        String(format: "step %4ld / %4ld | loss %.4f", step, config.numSteps, loss))
                }
                console.advance(to: step, loss: loss)
                if holdsOut, step % max(1, config.numSteps / 10) == 0 || step == last {
                    let (training, heldOut) = try session.validationLosses()
                    heldOutLosses.append((step, heldOut))
                    if !quiet {
                        try console.print(
                            String(
                                format: "after %4ld steps | training %.4f | held out %.4f", step,
                                training, heldOut))
                    }
                }
                if let n = checkpoints.saveEvery, step % n == 0, step < last { try save() }
            }
            try save()
        } catch let error as OutputError {  // what is trained need not be lost with what is printed
            try save()
            throw error
        } catch {
            try? plot.drawStopped(losses, of: session, preset: preset)
            throw error
        }
        let saved = checkpoints.save.map { ", saved in \($0)" } ?? ""
        let interrupted = session.adam.step < last
        if interrupted {
            console.note(
                "interrupted after step \(session.adam.step) of \(config.numSteps)\(saved); "
                    + "the names are from the model as it is")
        } else if last < config.numSteps {
            console.note("stopped after step \(last) of \(config.numSteps)\(saved)")
            return
        }

        try plot.draw(
            losses, of: session, preset: preset, model, engines, steps: steps, quiet: quiet,
            heldOut: heldOutLosses)

        session.takeFromEngine()
        if !quiet { try console.print("\n" + config.heading) }
        for i in 1...(samples ?? config.numSamples) {
            let name = try session.gpt.sample(
                prompt: "",
                temperature: temperature ?? config.temperature, &session.rng)
            try console.print(String(format: "sample %2ld: ", i) + name)
        }
        if interrupted { throw ExitCode(130) }
    }

    private func start(from checkpoint: Checkpoint?) throws -> Session {
        if let checkpoint, let file = checkpoints.resume {
            try expectUnchanged(checkpoint, file)
            var session = try Session(
                names: model.names, resuming: checkpoint, from: file, holdsOut: holdsOut)
            try engines.start(in: &session, like: session.recipe, from: file)
            return session
        }
        var config = model.config
        if let steps { config.numSteps = steps }
        if let samples { config.numSamples = samples }
        if let temperature { config.temperature = temperature }
        var session = try Session(
            names: model.names, config: config, name: name, holdsOut: holdsOut)
        try engines.start(in: &session)
        return session
    }

    /// What is resumed keeps its config and its recipe: others would make it another training. That
    /// holds for the number of steps, too, since the learning rate of each step depends on it.
    private func expectUnchanged(_ checkpoint: Checkpoint, _ file: String) throws {
        let (config, recipe, model) = (checkpoint.gpt.config, checkpoint.recipe, self.model)
        let isSameName = name?.unicodeScalars.elementsEqual((recipe.name ?? "").unicodeScalars)
        let otherName = isSameName == true ? nil : name
        let otherEngine = engines.engine.flatMap { $0.recorded == recipe.engine ? nil : $0 }
        let flags: [(String, String?, String)] = [
            ("--preset", model.preset?.rawValue, checkpoint.preset),
            ("--seed", model.seed?.description, "\(config.seed)"),
            ("--layers", model.layers?.description, "\(config.nLayer)"),
            ("--heads", model.heads?.description, "\(config.nHead)"),
            ("--embedding", model.embedding?.description, "\(config.nEmbd)"),
            ("--context", model.context?.description, "\(config.blockSize)"),
            ("--learning-rate", model.learningRate?.description, "\(config.learningRate)"),
            ("--steps", steps?.description, "\(config.numSteps)"),
            ("--name", otherName, recipe.name.map(excerpt) ?? "all names"),
            (
                "--engine", otherEngine?.rawValue,
                recipe.engine.map(excerpt) ?? "the single file's numbers"
            ),
            ("--batch", engines.batch?.description, "\(recipe.batch)"),
            ("--threads", engines.threads?.description, "\(recipe.threads ?? 1)"),
        ]
        for case (let flag, let value?, let kept) in flags where value != kept {
            throw UserError(
                "\(flag) \(value): the training in \(file) has \(kept) and goes on with it; "
                    + "leave the flag out, or train anew without --resume")
        }
    }
}

/// The flags that keep a training in a file, and go on with one.
struct CheckpointOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Keep the model in this checkpoint at the end, and on Control-C.", valueName: "file"),
        completion: .checkpoint)
    var save: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("With --save: also after every so many steps.", valueName: "steps"),
        transform: wholeNumber(1...1_000_000_000))
    var saveEvery: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "With --save: stop after this step, without samples, to resume later.",
            valueName: "step"),
        transform: wholeNumber(1...1_000_000_000))
    var stopAfter: Int?

    @Option(
        help: ArgumentHelp("Go on with the training in this checkpoint.", valueName: "file"),
        completion: .checkpoint)
    var resume: String?

    func validate() throws {
        if save == nil && (saveEvery != nil || stopAfter != nil) {
            throw ValidationError("--save-every and --stop-after need --save <file>.")
        }
    }

    /// The step after which a training ends here.
    func lastStep(of numSteps: Int, after step: Int) throws -> Int {
        guard let stopAfter else { return numSteps }
        guard stopAfter > step else {
            throw UserError("--stop-after \(stopAfter): \(step) steps are done; give a later one")
        }
        guard stopAfter <= numSteps else {
            throw UserError("--stop-after \(stopAfter): the training has \(numSteps) steps")
        }
        return stopAfter
    }
}
