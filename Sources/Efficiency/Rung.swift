import Inspection
import MicroGPT

/// The rungs of the ladder, from the slowest to the fastest.
public enum Rung: String, CaseIterable, Codable, Sendable {
    /// A rung, by the name that `--engine` has for it.
    case scalars, file, dots, tape, arrays, simd

    /// What it is, in a few words.
    public var summary: String {
        switch self {
        case .scalars: "an object for every addition and multiplication"
        case .file: "the single file: an object for every sum and dot product"
        case .dots: "the same graph in faster objects"
        case .tape: "the same graph in flat arrays, without objects"
        case .arrays: "no graph: derivatives by hand"
        case .simd: "documents side by side, in vectors of 32-bit numbers"
        }
    }

    /// Whether it gives the bits of the single file, so that each can go on where the other stopped.
    public var roundsAsSingleFile: Bool {
        switch self {
        case .scalars, .file, .dots, .tape: true
        case .arrays, .simd: false
        }
    }

    /// How many documents it takes in a step, if nothing else is asked for.
    public var defaultBatch: Int {
        switch self {
        case .scalars, .file, .dots, .tape, .arrays: 1
        case .simd: 16
        }
    }

    /// Whether it can share its work among threads.
    public var takesThreads: Bool {
        switch self {
        case .scalars, .file, .dots, .tape, .arrays: false
        case .simd: true
        }
    }

    /// The mean loss of documents by the fastest rung with the single file's bits.
    public static func meanLoss(
        of gpt: GPT, on documents: some Sequence<String>
    ) throws(UserError) -> Double {
        let engine = Tape(gpt)
        var tokens: [[Int]] = []
        for document in documents { tokens.append(try gpt.tokenizer.tokens(of: document)) }
        return engine.lossAndGradients(tokens).loss
    }

    /// An engine with the parameters of a model, which stays as it is.
    ///
    /// - Parameter threads: 1, or more for a rung that takes threads.
    /// - Throws: `UserError` if the model is out of the engine's range.
    public func engine(_ gpt: GPT, threads: Int = 1) throws(UserError) -> any Engine {
        require(threads == 1 || takesThreads && threads > 1, "\(self): \(threads) threads")
        return switch self {
        case .scalars: Scalars(gpt)
        case .file: SingleFile(gpt)
        case .dots: Dots(gpt)
        case .tape: Tape(gpt)
        case .arrays: Arrays(gpt)
        case .simd: try Vectors(gpt, threads: threads)
        }
    }
}
