import ArgumentParser
import Inspection
import MicroGPT

struct Tokenize: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show names as the ids that the model sees.",
        discussion: """
            Each name begins and ends with the id of BOS, which is no character.

              lab tokenize emma olivia
            """)

    @Option(
        help: ArgumentHelp("The text file that the vocabulary is from.", valueName: "file"),
        completion: .names)
    var names = "names.txt"

    @Argument(help: ArgumentHelp("What to tokenize.", valueName: "name"))
    var texts: [String]

    func run() throws {
        let console = Console()
        let tokenizer = Tokenizer(documents: [alphabet(of: try console.documents(in: names))])
        let lines = try texts.map { text in
            let ids = try tokenizer.tokens(of: text).map(String.init)
            return "\(text): \(ids.joined(separator: " "))"
        }
        for line in lines { try console.print(line) }
    }
}
