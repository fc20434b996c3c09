import ArgumentParser
import Inspection
import MicroGPT

struct Embeddings: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what the model makes of each letter, in two dimensions.",
        discussion: """
            Projects the rows of wte, one for each token, on their two principal components, and \
            prints a table, or draws a map on which vowels and consonants are told apart.

              lab embeddings --svg embeddings.svg
            """)

    @OptionGroup var model: TrainedModelOptions

    @Option(
        help: ArgumentHelp("A file for a picture, instead of the table.", valueName: "file"),
        completion: .picture)
    var svg: String?

    func run() throws {
        let map = EmbeddingMap(of: try model.gpt(output: svg))
        if let svg {
            try Console().write(map.picture(), to: svg)
        } else {
            try Console().print(map.table)
        }
    }
}
