import MicroGPT

/// How probable it is that `gpt.sample(temperature:)` invents just this name.
///
/// All draws must come out right: the probability is the product over the positions of the probability
/// of the next character, and of BOS after the last. A name of exactly `gpt.config.blockSize` characters
/// ends without BOS, since nothing is drawn after it; a longer one never comes.
///
/// Hints
/// - `gpt.tokenizer.encode(name)` are its tokens, with BOS at both ends.
/// - The temperature divides the logits, before `softmax`. Without `MicroGPT.` the name could
///   also be that of exercise 03-03.
/// - For a check of your own: the probabilities of all names that there can be add up to 1.
///
/// - Parameters:
///   - name: any number of characters that the tokenizer knows, even none.
///   - temperature: above 0.
/// - Returns: a number from 0 to 1.
public func nameProbability(_ name: String, _ gpt: GPT, temperature: Double) throws -> Double {
    throw Unsolved()
}
