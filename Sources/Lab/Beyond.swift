import ArgumentParser
import Inspection
import MicroGPT
import PythonRandom

struct BeyondCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "beyond",
        abstract: "Run what the Transformer and its training have beyond microgpt.py.",
        discussion: """
            Each idea is one file in Sources/Beyond and one lesson in Lessons/9-beyond.

              lab beyond --help
            """,
        subcommands: [
            BeyondHeads.self, BeyondNorms.self, BeyondDepth.self, BeyondDropout.self,
            BeyondPositions.self, BeyondFeedForward.self, Translate.self, BeyondAssistant.self,
            Scale.self,
        ])
}

/// The flag of all experiments.
struct SeedOptions: ParsableArguments {
    @Option(
        parsing: .unconditional, help: "The seed of all random numbers. (default: 42)",
        transform: wholeNumber(0...Int.max))
    var seed = 42
}

/// The flags of experiments that train on names.
struct NamesOptions: ParsableArguments {
    @Option(help: .names, completion: .names)
    var names = "names.txt"

    @OptionGroup var random: SeedOptions

    /// The names in the order of this seed, and the tokens that they are made of.
    func shuffled() throws -> (documents: [String], tokenizer: Tokenizer) {
        var documents = try Console().documents(in: names)
        var rng = PythonRandom(seed: random.seed)
        rng.shuffle(&documents)
        return (documents, Tokenizer(documents: documents))
    }
}
