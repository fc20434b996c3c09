import Foundation
import Inspection
import MicroGPT

/// The training of the `lesson` preset on names.txt, as the figures of modules 04 and 05 need it.
enum TrainingRun {
    /// The names in the order in which the training takes them, and the state of the generator
    /// that has shuffled them.
    private static let shuffled = Result {
        var documents = try readDocuments("names.txt")
        var rng = PythonRandom(seed: Config.lesson.seed)
        rng.shuffle(&documents)
        return (documents: documents, words: rng.words, nextWord: rng.nextWord)
    }

    static var documents: Result<[String], any Error> { shuffled.map(\.documents) }

    private static let tokenizer = Result { Tokenizer(documents: try documents.get()) }

    /// The model before the first step, and the generator as it is then.
    static func start(_ config: Config = .lesson) throws -> (gpt: GPT, rng: PythonRandom) {
        let (_, words, nextWord) = try shuffled.get()
        guard var rng = PythonRandom(words: words, nextWord: nextWord, spareGauss: nil) else {
            throw UserError("the generator has no state to go on from")
        }
        let gpt = try GPT(config, tokenizer.get(), &rng)
        return (gpt, rng)
    }

    /// The names of the first 500 steps.
    static func seen() throws -> ArraySlice<String> {
        try documents.get().prefix(Config.lesson.numSteps)
    }

    /// The first names that the training does not come to.
    static func unseen(_ count: Int) throws -> ArraySlice<String> {
        try documents.get().dropFirst(Config.lesson.numSteps).prefix(count)
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

    /// A number as the lessons show it: never "-0.0000", and not a number without a sign.
    static func shown(_ number: Double, _ decimals: Int = 4) -> String {
        if number.isNaN { return "nan" }
        let text = String(format: "%.\(decimals)f", number)
        return text.hasPrefix("-") && text.allSatisfy { "-0.".contains($0) }
            ? String(text.dropFirst()) : text
    }
}

extension GPT {
    /// The mean of the losses of some names.
    func meanLoss(_ names: some Collection<String>) throws -> Double {
        try names.map { loss(try tokenizer.encode($0)).data }.reduce(0, +) / Double(names.count)
    }

    /// A token as a reader knows it.
    func name(of tokenID: Int) -> String {
        tokenID == tokenizer.bos ? "BOS" : tokenizer.characters[tokenID].visibleName
    }
}
