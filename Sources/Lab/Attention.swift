import ArgumentParser
import Foundation
import Inspection
import MicroGPT

struct Attention: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show which positions of a name each head looks at.",
        discussion: """
            A map for each head of each layer. Rows are the positions that look, columns those that \
            they look at; a row adds up to 1. There is nothing above the diagonal: what comes later \
            is not known yet.

              lab attention emma
              lab attention emma --svg emma.svg
            """)

    @OptionGroup var model: TrainedModelOptions

    @Option(
        name: .customLong("svg"),
        help: ArgumentHelp("Draw the maps into this SVG file, too.", valueName: "file"),
        completion: .picture)
    var svgFile: String?

    @Argument(help: "The name that the model is to predict.")
    var name: String

    func validate() throws { try requireCharacters(in: name) }

    func run() throws {
        let map = AttentionMap(try ForwardTrace(of: name, by: try model.gpt(output: svgFile)))
        if let svgFile { try Console().write(map.svg, to: svgFile) }
        let inColour = Console.showsColours
        try Console().print(map.text(inColour: inColour), isHarmless: inColour)
    }
}

extension Console {
    /// Whether standard output is a terminal whose user has nothing against colours
    /// (https://no-color.org).
    static var showsColours: Bool {
        let environment = ProcessInfo.processInfo.environment
        return isatty(STDOUT_FILENO) == 1 && (environment["NO_COLOR"] ?? "").isEmpty
            && environment["TERM"] != "dumb"
    }
}
