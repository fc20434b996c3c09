import MicroGPT

/// A new document, one token after another, where someone else chooses.
///
/// At each position the model reads a token, and `choose` gets the probability of each token to follow
/// (at temperature 1). What it returns is the next token: the end if it is BOS, else a character of
/// the document, and what the model reads next. After `gpt.config.blockSize` characters it ends, too.
///
/// - Parameter choose: from probabilities to a token's id.
public func generate(_ gpt: GPT, choose: ([Double]) -> Int) throws -> String {
    throw Unsolved()
}
