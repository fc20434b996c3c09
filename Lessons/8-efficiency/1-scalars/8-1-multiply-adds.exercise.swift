import MicroGPT

/// How many pairs of numbers the forward pass of a document multiplies and adds up.
///
/// Counted are the pairs of all dot products but those of rmsnorm: each matrix with its vector, each
/// query with each key that it looks at, and for each number of a head's output the weights with the
/// values. So this is the number of products that `scalars` makes an object for, nearly.
///
/// - Parameters:
///   - positions: how many tokens the model is given, one after the other.
///   - vocabSize: how many logits there are at each position.
public func forwardMultiplyAdds(
    _ config: Config, positions: Int, vocabSize: Int
) throws -> Int {
    throw Unsolved()
}
