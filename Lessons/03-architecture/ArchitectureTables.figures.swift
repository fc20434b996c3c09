import Inspection
import MicroGPT

/// What the figures of module 03 ask a model.
enum Architecture {
    static func loss(_ gpt: GPT, of name: String) throws -> Value {
        gpt.loss(try gpt.tokenizer.tokens(of: name))
    }

    /// All logits, one list for each position, BOS first, that the model gives after `name`.
    static func logits(_ gpt: GPT, after name: String) throws -> [[Double]] {
        gpt.logits(try gpt.tokenizer.tokens(of: name).dropLast()).map { $0.map(\.data) }
    }
}
