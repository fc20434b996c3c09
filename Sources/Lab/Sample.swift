import ArgumentParser
import Inspection
import MicroGPT
import PythonRandom

struct Sample: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Let a trained model invent names.",
        discussion: """
            Prints one name a line. Each begins with the prompt, which must leave room in the \
            model's context for at least one more character.

              lab train --save model.safetensors
              lab sample --load model.safetensors --prompt em --samples 5
            """)

    @OptionGroup var model: TrainedModelOptions

    @Option(help: ArgumentHelp("What the names begin with.", valueName: "text"))
    var prompt = ""

    @Option(
        parsing: .unconditional, help: "How many names to invent. (default: 20)",
        transform: wholeNumber(1...1_000_000_000))
    var samples = 20

    @Option(
        parsing: .unconditional,
        help: "Below 1 the names are more likely ones, above 1 more daring. (default: 0.5)",
        transform: number(above: 1e-9))
    var temperature = 0.5

    @Option(
        parsing: .unconditional, help: "The seed of the random choices. (default: 42)",
        transform: wholeNumber(0...Int.max))
    var seed = 42

    func run() throws {
        let gpt = try model.gpt()
        var rng = PythonRandom(seed: seed)
        let console = Console()
        for _ in 1...samples {
            try console.print(
                try gpt.sample(prompt: prompt, temperature: temperature, &rng))
        }
    }
}
