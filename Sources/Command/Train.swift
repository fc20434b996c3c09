import ArgumentParser
import Foundation
import MicroGPT

struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Train a model on names, then let it invent some.",
        discussion: """
            Prints what microgpt.py prints: the loss of each step, then the samples. Control-C ends \
            the training after the current step and goes on to the samples.

              microgpt train --preset gist --samples 5
            """)

    @OptionGroup var model: ModelOptions

    @Option(
        parsing: .unconditional,
        help: "How many steps, one name each. (default: 500 in lesson, 1000 in gist)",
        transform: wholeNumber(1...1_000_000_000))
    var steps: Int?

    @Option(
        parsing: .unconditional, help: "How many names to invent. (default: 20)",
        transform: wholeNumber(1...1_000_000_000))
    var samples: Int?

    @Option(
        parsing: .unconditional,
        help: "Below 1 the names are more likely ones, above 1 more daring. (default: 0.5)",
        transform: number(above: 1e-9))
    var temperature: Double?

    @Flag(name: .shortAndLong, help: "Print the samples only: no losses, no progress.")
    var quiet = false

    @OptionGroup var plot: PlotOptions

    func run() throws {
        var config = model.config
        if let steps { config.numSteps = steps }
        if let samples { config.numSamples = samples }
        if let temperature { config.temperature = temperature }
        var losses: [Double] = []
        var session = try Session(names: model.names, config: config)
        var console = Console(progress: quiet ? nil : Progress(total: config.numSteps))

        if !quiet {
            try console.print("num docs: \(session.documents.count)")
            try console.print("vocab size: \(session.gpt.tokenizer.vocabSize)")
            try console.print("num params: \(session.gpt.params.count)")
        }
        Interrupt.watch()
        do {
            defer { console.endProgress() }
            while session.adam.step < config.numSteps && !Interrupt.isRequested {
                let loss = try session.trainStep()
                let step = session.adam.step
                losses.append(loss)
                if !quiet {
                    try console.print(
                        String(format: "step %4ld / %4ld | loss %.4f", step, config.numSteps, loss))
                }
                console.advance(to: step, loss: loss)
            }
        }
        let interrupted = session.adam.step < config.numSteps
        if interrupted {
            console.note(
                "interrupted after step \(session.adam.step) of \(config.numSteps); "
                    + "the names are from the model as it is")
        }

        try plot.draw(losses, of: session, model, steps: steps, quiet: quiet)

        if !quiet { try console.print("\n" + config.heading) }
        for i in 1...config.numSamples {
            let name = try session.gpt.sample(temperature: config.temperature, &session.rng)
            try console.print(String(format: "sample %2ld: ", i) + name)
        }
        if interrupted { throw ExitCode(130) }
    }
}
