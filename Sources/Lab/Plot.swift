import ArgumentParser
import Inspection
import MicroGPT

/// The flags of `train` for a picture of its losses.
struct PlotOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("An SVG file for the curve of the losses.", valueName: "file"),
        completion: .picture)
    var plot: String?

    @Flag(help: "Also train the other preset, and draw both curves.")
    var compare = false

    func validate() throws {
        if compare && plot == nil { throw ValidationError("--compare needs --plot <file>.") }
    }

    /// Draws the picture, if one is asked for.
    ///
    /// - Parameters:
    ///   - losses: of the last steps of the session.
    ///   - preset: the session's.
    ///   - heldOut: losses of names that are held out, after these steps.
    ///   - model, engines: the other flags for the preset that it is compared with.
    /// - Throws: also what ends the training of the other preset, when the picture is drawn.
    func draw(
        _ losses: [Double], of session: Session, preset: ModelOptions.Preset, _ model: ModelOptions,
        _ engines: EngineOptions, steps: Int?, quiet: Bool,
        heldOut: [(step: Int, loss: Double)] = []
    ) throws {
        guard plot != nil else { return }
        var curves = [curve(losses, of: session, preset)]
        var end = Result<Void, any Error>.success(())
        if compare && !Interrupt.isRequested {
            let otherPreset: ModelOptions.Preset = preset == .lesson ? .gist : .lesson
            var other = model
            other.preset = otherPreset
            var config = other.config
            if let steps { config.numSteps = steps }
            let recipe = session.recipe
            var session = try Session(names: model.names, config: config, name: recipe.name)
            try engines.start(in: &session, like: recipe)
            var losses: [Double] = []
            end = Result { try session.train(quiet: quiet, &losses) }
            curves.append(LossCurve(name: otherPreset.rawValue, losses: losses))
        }
        try draw(curves, heldOut: heldOut, of: session)
        try end.get()
    }

    /// Draws the picture of a training that an error ends, as far as it came.
    func drawStopped(_ losses: [Double], of session: Session, preset: ModelOptions.Preset) throws {
        if !losses.isEmpty { try draw([curve(losses, of: session, preset)], of: session) }
    }

    private func curve(
        _ losses: [Double], of session: Session, _ preset: ModelOptions.Preset
    ) -> LossCurve {
        LossCurve(
            name: preset.rawValue, losses: losses,
            firstStep: session.adam.step - losses.count + 1)
    }

    private func draw(
        _ curves: [LossCurve], heldOut: [(step: Int, loss: Double)] = [], of session: Session
    ) throws {
        guard let plot else { return }
        try Console().write(
            lossPlot(curves, heldOut: heldOut, vocabSize: session.gpt.tokenizer.vocabSize), to: plot
        )
    }
}
