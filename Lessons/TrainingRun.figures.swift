import Foundation
import Inspection
import MicroGPT
import PythonRandom

/// The training of the `lesson` preset on names.txt, as the figures need it.
enum TrainingRun {
    private static let inFile = Result { try readDocuments("names.txt") }

    /// What takes a while in a debug build: everything before the parameters are drawn.
    private static let beginning = Result {
        var (documents, rng) = (try inFile.get(), PythonRandom(seed: Config.lesson.seed))
        rng.shuffle(&documents)
        return (documents: documents, tokenizer: Tokenizer(documents: documents), rng: rng)
    }

    /// The names in the order of names.txt.
    static func namesInFile() throws -> [String] { try inFile.get() }

    /// The names in the order in which the training takes them.
    static func documents() throws -> [String] { try beginning.get().documents }

    /// A model before the first step, new at each call, and the generator as it is then.
    static func start(_ config: Config = .lesson) throws -> (gpt: GPT, rng: PythonRandom) {
        var (_, tokenizer, rng) = try beginning.get()
        let gpt = GPT(config, tokenizer, &rng)
        return (gpt, rng)
    }

    /// The names of the first 500 steps.
    static func seen() throws -> ArraySlice<String> {
        try documents().prefix(Config.lesson.numSteps)
    }

    /// The loss of each step, as printed.
    static func losses() throws -> [Double] {
        try TrainedModel.run.get().output.split(separator: "\n").compactMap { line in
            line.hasPrefix("step") ? line.split(separator: " ").last.flatMap { Double($0) } : nil
        }
    }

    /// The names that the training prints after its last step.
    static func samples() throws -> [String] {
        try TrainedModel.run.get().output.split(separator: "\n").compactMap { line in
            line.hasPrefix("sample") ? line.split(separator: " ").last.map(String.init) : nil
        }
    }
}

extension GPT {
    /// A token as a reader knows it.
    func name(of tokenID: Int) -> String {
        tokenID == tokenizer.bos ? "BOS" : tokenizer.characters[tokenID].visibleName
    }
}
