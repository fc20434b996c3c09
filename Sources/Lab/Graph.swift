import ArgumentParser
import Inspection
import MicroGPT

extension GraphExample: ExpressibleByArgument {}

struct Graph: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Draw a computation graph, with its data and gradients.",
        discussion: """
            Writes an SVG picture after backward(): a product, micrograd's classic expression, a \
            neuron, softmax, rmsnorm or an attention head. Every value is coloured by its gradient.

              lab graph neuron --svg neuron.svg
              lab graph expression --dot | dot -Tpng > expression.png
            """)

    @Argument(help: ArgumentHelp("What to draw.", valueName: "what"))
    var example: GraphExample

    @Flag(help: "Write text for Graphviz, and not SVG.")
    var dot = false

    @Option(
        help: ArgumentHelp(
            "A file for the picture. (default: standard output)", valueName: "file"),
        completion: .picture)
    var svg: String?

    func validate() throws {
        if dot && svg != nil { throw ValidationError("--dot and --svg exclude each other.") }
    }

    func run() throws {
        try expectWritable(svg)
        let result = example.result()
        let picture = try graphPicture(of: result, title: example.title)
        if let svg {
            try Console().write(picture, to: svg)
        } else {
            let text = dot ? try graphviz(of: result) : picture.description
            try Console().print(String(text.dropLast()))  // it ends with a line end of its own
        }
    }
}
