import Foundation
import MicroGPT

/// What the figures of module 03 are made of.
enum Architecture {
    /// A Markdown table.
    static func table(_ head: [String], _ rows: [[String]]) -> [String] {
        ([head, head.map { _ in "---" }] + rows).map { cells in
            cells == head.map { _ in "---" }
                ? "|" + cells.joined(separator: "|") + "|"
                : "| " + cells.joined(separator: " | ") + " |"
        }
    }

    /// With four decimal places, or as many as are asked for; never "-0.0000".
    static func places(_ x: Double, _ count: Int = 4) -> String {
        let text = String(format: "%.\(count)f", x)
        return Double(text) == 0 && text.hasPrefix("-") ? String(text.dropFirst()) : text
    }

    static func list(_ numbers: [Double], _ count: Int = 4) -> String {
        numbers.map { places($0, count) }.joined(separator: ", ")
    }

    static func list(_ values: [Value], _ count: Int = 4) -> String {
        list(values.map(\.data), count)
    }

    /// As short as it can be written: 1, 0.3, -2.
    static func short(_ x: Double) -> String { String(format: "%.10g", x) }

    static func mean(_ numbers: [Double]) -> Double {
        numbers.reduce(0, +) / Double(numbers.count)
    }

    /// What every training on names.txt with seed 42 begins with. Shuffling takes a while in a debug
    /// build, so the generator's state after it is kept.
    private static let shuffled = Result {
        var rng = PythonRandom(seed: 42)
        var names = try readDocuments("names.txt")
        rng.shuffle(&names)
        return (names, Tokenizer(documents: names), rng.words, rng.nextWord)
    }

    /// The names in the order in which a training sees them.
    static func names() throws -> [String] { try shuffled.get().0 }

    /// The model as it is before the first step.
    static func start(_ config: Config = .lesson) throws -> GPT {
        let (_, tokenizer, words, nextWord) = try shuffled.get()
        guard var rng = PythonRandom(words: words, nextWord: nextWord, spareGauss: nil) else {
            preconditionFailure("a state that a generator was in")
        }
        return try GPT(config, tokenizer, &rng)
    }

    static func loss(_ gpt: GPT, of name: String) throws -> Value {
        gpt.loss(try gpt.tokenizer.encode(name))
    }

    /// All logits, one list for each position, BOS first, that the model gives after `name`.
    static func logits(_ gpt: GPT, after name: String) throws -> [[Double]] {
        var cache = KVCache(repeating: ([], []), count: gpt.config.nLayer)
        return try gpt.tokenizer.encode(name).dropLast().enumerated().map { posID, tokenID in
            gpt.forward(tokenID: tokenID, posID: posID, cache: &cache).map(\.data)
        }
    }
}
