import MicroGPT

extension Config {
    /// The multiplications, each with its addition, that a step of training on a document takes.
    ///
    /// Counted are the products of matrices with vectors, and attention's products of queries with
    /// keys and of weights with values. With N positions, width n, L layers and V tokens, forward
    /// they are
    ///
    ///     N (12 n² L + V n) + N (N + 1) n L
    ///
    /// and as many again for the derivatives by each of the two factors. All else, norms, softmax
    /// and Adam, is left out: less than any engine does.
    ///
    /// - Parameter tokenCount: of the document, with BOS at both ends.
    public func multiplyAdds(tokenCount: Int, vocabSize: Int) -> Int {
        let positions = min(blockSize, tokenCount - 1)
        let matrices = positions * nEmbd * (12 * nEmbd * nLayer + vocabSize)
        let attention = positions * (positions + 1) * nEmbd * nLayer
        return 3 * (matrices + attention)
    }
}
