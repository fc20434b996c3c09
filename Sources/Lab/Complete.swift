import ArgumentParser
import Foundation
import Inspection
import MicroGPT

struct Complete: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show which characters may come next, and how probable each is.",
        discussion: """
            The likeliest comes first, and its bar is the longest; END is the end of the name. The \
            probabilities are the model's own, at temperature 1; the names that microgpt invents \
            are drawn at temperature 0.5.

              lab train --save model.safetensors
              lab complete em --load model.safetensors
              lab complete em --load model.safetensors --temperature 0.5
            """)

    @Argument(help: "How the name begins; \"\" for the first character.")
    var prefix: String

    @OptionGroup var model: TrainedModelOptions

    @Option(
        parsing: .unconditional,
        help: "Below 1 the likely get likelier, above 1 less so. (default: 1)",
        transform: number(above: 1e-9))
    var temperature = 1.0

    func run() throws {
        let gpt = try model.gpt()
        let probs = try gpt.nextProbabilities(after: prefix, temperature: temperature)
        let labels = gpt.tokenizer.characters.map(\.visibleName) + ["END"]
        let width = labels.map(\.count).max() ?? 0
        let ranked = probs.indices.sorted { (-probs[$0], $0) < (-probs[$1], $1) }
        let console = Console()
        for id in ranked {
            let percent = "\(places(100 * probs[id], 2))%"
            let length = (50 * probs[id] / probs[ranked[0]]).rounded()
            let bar = String(repeating: "#", count: Int(length))
            try console.print(columns([labels[id], percent, "  " + bar], [width, -8, 1]))
        }
    }
}
