import ArgumentParser
import Inspection
import MicroGPT

@main
struct LabCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lab",
        abstract: "A whole GPT, trained on names, number by number: everything to try with it.",
        discussion: """
              lab train                       500 steps on names.txt, then 20 names
              lab train --preset gist         the final version: 1000 steps
              lab trace emma                  every number from a name to its loss
            """,
        version: "1.0.0",
        subcommands: [
            Train.self, Sample.self, Complete.self, Tokenize.self, Trace.self, Attention.self,
            Graph.self, Embeddings.self, Explore.self, Check.self, Bench.self, BeyondCommand.self,
            ExperimentCommand.self, Figure.self,
            Lessons.self, Site.self,
        ])

    static func main() {
        Console.prepare()
        do {
            try expectSubcommands(Array(CommandLine.arguments.dropFirst()))
            var command = try parseAsRoot()
            try command.run()
        } catch {
            Console().exit(with: error)
        }
    }

    /// Refuses a subcommand that does not exist, also after `help`, which would show another one's.
    ///
    /// - Throws: `ValidationError` with the one that may have been meant.
    static func expectSubcommands(_ arguments: [String]) throws {
        let isHelp = arguments.first == "help"
        var (command, path): (any ParsableCommand.Type, String) = (Self.self, "lab")
        for word in arguments.drop(while: { $0 == "help" }).prefix(while: { !$0.hasPrefix("-") }) {
            let subcommands = command.configuration.subcommands
            if subcommands.isEmpty && !isHelp { return }  // what follows are its arguments
            if let next = subcommands.first(where: { $0._commandName == word }) {
                (command, path) = (next, "\(path) \(word)")
                continue
            }
            let meant = nearest(to: word, in: subcommands.map { $0._commandName })
            throw ValidationError(
                "'\(path)' has no subcommand '\(word)'."
                    + (meant.map { " Did you mean '\($0)'?" } ?? ""))
        }
    }
}

extension ArgumentHelp {
    static let names = ArgumentHelp(
        "A UTF-8 text file with one name a line, of \(namesFileLimit / 1_000_000) MB at most.",
        valueName: "file")
}

// The files that shells offer, beside folders.
extension CompletionKind {
    static let names = CompletionKind.file(extensions: ["txt"])
    static let checkpoint = CompletionKind.file(extensions: ["safetensors"])
    static let picture = CompletionKind.file(extensions: ["svg"])
}

/// The flags that say which model, shared by all subcommands that have one.
struct ModelOptions: ParsableArguments {
    enum Preset: String, ExpressibleByArgument, CaseIterable {
        case lesson, gist

        var config: Config {
            switch self {
            case .lesson: .lesson
            case .gist: .gist
            }
        }
    }

    @Option(help: "Which published version of microgpt.py. (default: lesson)")
    var preset: Preset?

    @Option(help: .names, completion: .names)
    var names = "names.txt"

    @Option(
        parsing: .unconditional, help: "The seed of all random numbers. (default: 42)",
        transform: wholeNumber(0...Int.max))
    var seed: Int?

    @Option(
        parsing: .unconditional, help: "How many layers. (default: 1)",
        transform: wholeNumber(1...65_536))
    var layers: Int?

    @Option(
        parsing: .unconditional, help: "How many attention heads in a layer. (default: 4)",
        transform: wholeNumber(1...65_536))
    var heads: Int?

    @Option(
        parsing: .unconditional,
        help: "How many numbers stand for a token, a multiple of the heads. (default: 16)",
        transform: wholeNumber(1...65_536))
    var embedding: Int?

    @Option(
        parsing: .unconditional,
        help: "How many tokens are seen at once. (default: 8 in lesson, 16 in gist)",
        transform: wholeNumber(1...65_536))
    var context: Int?

    @Option(
        parsing: .unconditional, help: "The learning rate of the first step. (default: 0.01)",
        transform: number(above: 0))
    var learningRate: Double?

    var config: Config {
        var config = (preset ?? .lesson).config
        if let seed { config.seed = UInt64(seed) }
        if let layers { config.nLayer = layers }
        if let heads { config.nHead = heads }
        if let embedding { config.nEmbd = embedding }
        if let context { config.blockSize = context }
        if let learningRate { config.learningRate = learningRate }
        return config
    }
}

func wholeNumber(_ range: ClosedRange<Int>) -> @Sendable (String) throws -> Int {
    { text in
        guard let number = Int(text), range.contains(number) else {
            let end = range.upperBound == .max ? "on" : "to \(range.upperBound)"
            throw ValidationError("It must be a whole number from \(range.lowerBound) \(end).")
        }
        return number
    }
}

func number(above limit: Double) -> @Sendable (String) throws -> Double {
    { text in
        guard let number = Double(text), number > limit, number < .infinity else {
            throw ValidationError("It must be a number above \(limit == 0 ? "0" : "\(limit)").")
        }
        return number
    }
}
