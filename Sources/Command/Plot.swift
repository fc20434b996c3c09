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
        if let plot { try SVG.checkCanWrite(to: plot) }
    }

    /// Draws the picture, if one is asked for.
    func draw(_ losses: [Double], of model: ModelOptions, steps: Int?, vocabSize: Int) throws {
        guard let plot else { return }
        var curves = [LossCurve(name: model.preset.rawValue, losses: losses)]
        if compare {
            var other = model
            other.preset = model.preset == .lesson ? .gist : .lesson
            curves.append(
                LossCurve(
                    name: other.preset.rawValue, losses: try Self.losses(of: other, steps: steps)))
        }
        try lossPlot(curves, vocabSize: vocabSize).write(to: plot)
    }

    /// The losses of a training run that is seen by its progress line only.
    private static func losses(of model: ModelOptions, steps: Int?) throws -> [Double] {
        var config = model.config
        if let steps { config.numSteps = steps }
        var session = try Session(names: model.names, config: config)
        var console = Console(progress: Progress(total: config.numSteps))
        defer { console.endProgress() }
        var losses: [Double] = []
        while session.adam.step < config.numSteps && !Interrupt.isRequested {
            losses.append(try session.trainStep())
            console.advance(to: session.adam.step, loss: losses[losses.count - 1])
        }
        return losses
    }
}
