import MicroGPT

/// The whole model, for one position: a token in, the logits of the one that follows out.
///
/// 1. x is row `tokenID` of `gpt.wte` plus row `posID` of `gpt.wpe`, normalised.
/// 2. For each layer: multi-head attention, then the MLP, each with its residual connection. Inside
///    attention, this position's key and value go into the layer's place in `cache` first.
/// 3. The logits are `gpt.lmHead` times x.
///
/// - Parameters:
///   - gpt: has the matrices, and `config` with `nHead` and `activation`.
///   - cache: for each layer, the keys and values of the positions before.
/// - Returns: a number for each token of the vocabulary.
public func gptLogits(
    _ gpt: GPT, tokenID: Int, posID: Int, cache: inout KVCache
) throws -> [Value] {
    throw Unsolved()
}
