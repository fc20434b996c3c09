import ArgumentParser
import Inspection
import MicroGPT

struct Trace: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show every number on the way from a name to its loss.",
        discussion: """
            Each step has the statement of MicroGPT.swift that made it. The first position is shown \
            in full, then how well each position predicts the next token.

              lab trace emma
              lab trace emma --position 2 --head 0
            """)

    @OptionGroup var model: TrainedModelOptions

    @Option(
        parsing: .unconditional, help: "The position to show in full. (default: 0)",
        transform: wholeNumber(0...65_535))
    var position: Int?

    @Option(
        parsing: .unconditional, help: "The head to show, without the others. (default: all)",
        transform: wholeNumber(0...65_535))
    var head: Int?

    @Flag(help: "Print all positions and heads as JSON, for programs.")
    var json = false

    @Argument(help: "The name that the model is to predict.")
    var name: String

    func validate() throws {
        try requireCharacters(in: name)
        if json && (position ?? head) != nil {
            throw ValidationError("--json has all positions and heads; leave out the other flags.")
        }
    }

    func run() throws {
        let gpt = try model.gpt()
        let trace = try ForwardTrace(of: name, by: gpt)
        let last = trace.positions.count - 1
        if let position, position > last {
            throw UserError("position \(position): \"\(name)\" has positions 0 to \(last)")
        }
        if let head, head >= gpt.config.nHead {
            throw UserError("head \(head): the model has heads 0 to \(gpt.config.nHead - 1)")
        }
        try Console().print(
            json ? trace.json() : trace.text(position: position ?? 0, head: head))
    }
}

/// - Throws: `ValidationError` if the name is empty.
func requireCharacters(in name: String) throws {
    if name.isEmpty {
        throw ValidationError("The name is empty; it must have at least one character.")
    }
}
