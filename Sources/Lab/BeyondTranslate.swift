import ArgumentParser
import Beyond
import Foundation
import Inspection
import MicroGPT

struct Translate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Train an encoder and decoder that translates numbers into French.",
        discussion: """
            It learns the numbers from one to one hundred, letter by letter, from pairs of English \
            and French words; 12 pairs it never sees. Then it translates a text, or shows how many \
            numbers it has right. Train in a release build, and keep the model:

              lab beyond translate "forty two" --save numbers.safetensors
              lab beyond translate "ninety one" --load numbers.safetensors
              lab beyond translate --load numbers.safetensors

            A picture shows which letters it looked at, as it wrote each one:

              lab beyond translate "forty two" --svg forty-two.svg
            """)

    @Argument(help: "A number in English words. (default: a table of what is right and wrong)")
    var text: String?

    @Option(
        parsing: .unconditional,
        help: "The seed of all random numbers, and so of the pairs held out. (default: 42)",
        transform: wholeNumber(0...Int.max))
    var seed: Int?

    @Option(
        parsing: .unconditional,
        help:
            "How many steps of training, one pair each. (default: \(NumberTranslator.config.numSteps))",
        transform: wholeNumber(1...1_000_000_000))
    var steps: Int?

    @Option(
        help: ArgumentHelp("Keep the trained model in this file.", valueName: "file"),
        completion: .checkpoint)
    var save: String?

    @Option(
        help: ArgumentHelp("Do not train: take the model from this file.", valueName: "file"),
        completion: .checkpoint)
    var load: String?

    @Option(
        name: .customLong("svg"),
        help: ArgumentHelp(
            "With a text: draw what the decoder looked at into this SVG file.", valueName: "file"),
        completion: .picture)
    var svgFile: String?

    func validate() throws {
        if load != nil && (save != nil || seed != nil || steps != nil) {
            throw ValidationError(
                "--load takes a trained model; leave out --save, --seed, --steps.")
        }
        if text == nil && svgFile != nil {
            throw ValidationError("--svg needs a text, as in: \"forty two\" --svg forty-two.svg")
        }
    }

    func run() throws {
        // What is wrong with the text is said before the training, and not after it.
        let words = try text.map { try NumberTranslator.words($0) }
        try expectWritable(save)
        try expectWritable(svgFile, besides: [("--save", save), ("--load", load)])
        let translator = try load.map { try NumberTranslator(contentsOf: $0) } ?? trained()
        if let save { try translator.write(to: save) }
        let console = Console()
        if let load, !translator.isChecked { console.noteNoChecksum(in: load) }
        guard let words else { return try printTable(translator, console) }
        let look = try CrossAttention(words, translator.model)
        if let svgFile { try console.write(look.svg, to: svgFile) }
        try console.print(look.translation)
    }

    private func trained() throws -> NumberTranslator {
        var config = NumberTranslator.config
        if let seed { config.seed = UInt64(seed) }
        if let steps { config.numSteps = steps }
        var translator = try NumberTranslator(config)
        var console = Console(progress: Progress(total: config.numSteps))
        defer { console.endProgress() }
        for step in 1...config.numSteps {
            console.advance(to: step, loss: try translator.trainStep())
        }
        return translator
    }

    private func printTable(_ translator: NumberTranslator, _ console: Console) throws {
        func row(_ cells: [String]) throws {
            try console.print(columns(cells, [16, 23, 23]))
        }
        try row(["pairs", "exact", "characters"])
        for (name, numbers) in [("trained", translator.trained), ("held out", translator.heldOut)] {
            let score = try translator.score(numbers)
            try row([
                name, "\(score.exactTexts) of \(score.texts)",
                "\(score.rightCharacters) of \(score.characters)",
            ])
        }
        try console.print("")
        try row(["held out", "translation", "right would be"])
        for number in translator.heldOut {
            let translation = try translator.model.translate(englishWords(number))
            let expected = frenchWords(number)
            try row([englishWords(number), translation, translation == expected ? "" : expected])
        }
    }
}
