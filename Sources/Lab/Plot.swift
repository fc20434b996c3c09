import ArgumentParser
import Inspection
import MicroGPT

/// The flags of `train` for a picture of its losses.
struct PlotOptions: ParsableArguments {
    @Option(help: ArgumentHelp("An SVG file for the curve of the losses.", valueName: "file"))
    var plot: String?

    @Flag(help: "Also train the other preset, and draw both curves.")
    var compare = false

    func validate() throws {
        if compare && plot == nil { throw ValidationError("--compare needs --plot <file>.") }
        if let plot { try expectWritable(plot) }
    }

    /// Draws the picture, if one is asked for.
    ///
    /// - Parameters:
    ///   - losses: of the last steps of the session.
    ///   - preset: the session's.
    ///   - model, engines: the other flags for the preset that it is compared with.
    func draw(
        _ losses: [Double], of session: Session, preset: ModelOptions.Preset, _ model: ModelOptions,
        _ engines: EngineOptions, steps: Int?, quiet: Bool
    ) throws {
        guard let plot else { return }
        let firstStep = session.adam.step - losses.count + 1
        var curves = [LossCurve(name: preset.rawValue, losses: losses, firstStep: firstStep)]
        if compare && !Interrupt.isRequested {
            let otherPreset: ModelOptions.Preset = preset == .lesson ? .gist : .lesson
            var other = model
            other.preset = otherPreset
            var config = other.config
            if let steps { config.numSteps = steps }
            var session = try Session(names: model.names, config: config)
            try engines.start(in: &session)
            let losses = try session.train(quiet: quiet)
            curves.append(LossCurve(name: otherPreset.rawValue, losses: losses))
        }
        try lossPlot(curves, vocabSize: session.gpt.tokenizer.vocabSize).write(to: plot)
    }
}
