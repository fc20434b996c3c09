/// How many parameters a model in the style of GPT-2 has.
///
/// It has an embedding of `width` numbers for each token and for each position. Each layer has two
/// norms with a gain and a bias for each number, attention's four matrices, and an MLP whose middle
/// is four times as wide. After the layers comes one norm more. Every matrix of a layer has a bias
/// for each number that it gives. The logits are made with the token embeddings once again: no
/// parameters of their own.
public func parameterCount(width: Int, layers: Int, context: Int, vocabulary: Int) throws -> Int {
    throw Unsolved()
}
