import MicroGPT

/// The size of a decoder of any Transformer like the GPTs, from which follows what it costs.
///
/// Each layer has four square matrices for attention and an MLP four times as wide; the number of
/// heads changes no count but that of attention weights.
public struct ModelSize: Equatable, Sendable {
    public var width, layers, heads, context, vocabulary: Int
    /// Biases of queries, keys and values; of attention's output and the MLP; of the logits.
    public var hasQKVBiases = false
    public var hasBiases = false
    public var hasLogitBiases = false
    /// Parameters for each number that a norm gives: 0 for none, 1 for a gain, 2 with a bias, too.
    public var normParams = 0
    /// The logits are made with the matrix of the token embeddings.
    public var isTied = false

    public init(width: Int, layers: Int, heads: Int, context: Int, vocabulary: Int) {
        (self.width, self.layers, self.heads) = (width, layers, heads)
        (self.context, self.vocabulary) = (context, vocabulary)
    }

    public init(_ config: Config, vocabSize: Int) {
        self.init(
            width: config.nEmbd, layers: config.nLayer, heads: config.nHead,
            context: config.blockSize, vocabulary: vocabSize)
    }

    // MARK: - Models that are known

    /// The character model of A. Karpathy's lecture "Let's build GPT" (2023).
    public static let lecture = {
        var size = ModelSize(width: 384, layers: 6, heads: 6, context: 256, vocabulary: 65)
        (size.hasBiases, size.hasLogitBiases, size.normParams) = (true, true, 2)
        return size
    }()

    /// A. Radford et al., "Language Models are Unsupervised Multitask Learners", 2019.
    public static let gpt2 = gpt2Style(width: 768, layers: 12, heads: 12, context: 1024)

    /// T. Brown et al., "Language Models are Few-Shot Learners", 2020.
    public static let gpt3 = gpt2Style(width: 12_288, layers: 96, heads: 96, context: 2048)

    public static func gpt2Style(
        width: Int, layers: Int, heads: Int, context: Int, vocabulary: Int = 50_257
    ) -> ModelSize {
        var size = ModelSize(
            width: width, layers: layers, heads: heads, context: context, vocabulary: vocabulary)
        (size.hasQKVBiases, size.hasBiases, size.isTied) = (true, true, true)
        size.normParams = 2
        return size
    }

    // MARK: - Parameters

    public var embeddingParams: Int { (vocabulary + context) * width }

    /// In the layers' matrices: 4 of width x width, and two between width and 4 width.
    public var matrixParams: Int { 12 * width * width * layers }

    public var logitParams: Int { isTied ? 0 : vocabulary * width }

    public var biasAndNormParams: Int {
        let biases = (hasQKVBiases ? 3 * width : 0) + (hasBiases ? (1 + 4 + 1) * width : 0)
        // Two norms in a layer, one before the logits. microgpt.py has that one elsewhere, and no
        // parameters in it.
        return layers * (biases + 2 * normParams * width) + normParams * width
            + (hasLogitBiases ? vocabulary : 0)
    }

    public var paramCount: Int {
        embeddingParams + matrixParams + logitParams + biasAndNormParams
    }

    // MARK: - Arithmetic

    /// The multiplications, each with its addition, that training takes for a token, on average over
    /// a text of so many positions: one for each number of a matrix and those of attention, forward,
    /// and twice as many backward. Norms, softmax and Adam are left out.
    public func multiplyAddsPerToken(positions: Int) -> Int {
        3 * (matrixParams + vocabulary * width)
            + attentionMultiplyAddsPerToken(positions: positions)
    }

    /// Of these, attention's: position t looks at t + 1 positions, with width numbers of a key and
    /// as many of a value at each.
    public func attentionMultiplyAddsPerToken(positions: Int) -> Int {
        3 * (positions + 1) * width * layers
    }

    // MARK: - Memory

    /// Numbers that stay for the whole of training: parameters, gradients, and Adam's two moments.
    public var stateNumbers: Int { 4 * paramCount }

    /// Numbers of the forward pass of a text that the backward pass needs again, if none is computed
    /// twice.
    ///
    /// For each layer and position: what goes into two norms and out of them, queries, keys, values,
    /// the heads' output, and the MLP's 4 widths before and after the activation: 16 widths; and the
    /// attention weights of each head. Once: the embedding, what makes the logits, and the
    /// probabilities.
    public func activationNumbers(positions: Int) -> Double {
        let weights = Double(heads * layers) * Double(positions + 1) / 2
        return Double(positions)
            * (Double(16 * width * layers + 2 * width + vocabulary) + weights)
    }

    /// Bytes to train on one text after the other, each of the whole context.
    public func trainingBytes(bytesPerNumber: Int) -> Double {
        Double(bytesPerNumber) * (Double(stateNumbers) + activationNumbers(positions: context))
    }
}
