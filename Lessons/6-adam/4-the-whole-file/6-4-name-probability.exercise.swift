import MicroGPT

/// How probable it is that `gpt.sample(temperature:)` invents just this name.
///
/// All draws must come out right: the probability is the product over the positions of the probability
/// of the next character, and of BOS after the last. A name of exactly `gpt.config.blockSize` characters
/// ends without BOS, since nothing is drawn after it; a longer one never comes.
///
/// - Parameters:
///   - name: any number of characters that the tokenizer knows, even none.
///   - temperature: above 0.
/// - Returns: a number from 0 to 1.
public func nameProbability(_ name: String, _ gpt: GPT, temperature: Double) throws -> Double {
    throw Unsolved()
}
