import Beyond
import Efficiency
import Inspection
import MicroGPT
import PythonRandom
import Testing

private func config(_ width: Int, _ layers: Int, _ heads: Int, _ context: Int) -> Config {
    var config = Config.lesson
    (config.nEmbd, config.nLayer, config.nHead) = (width, layers, heads)
    config.blockSize = context
    return config
}

@Suite struct ScaleTests {
    @Test(arguments: [(16, 1, 4, 8), (8, 3, 2, 5), (6, 2, 3, 1), (1, 1, 1, 4)])
    func `parameters are those of the code`(
        width: Int, layers: Int, heads: Int, context: Int
    ) throws {
        let config = config(width, layers, heads, context)
        let tokenizer = Tokenizer(documents: ["abcde"])
        var rng = PythonRandom(seed: 1)
        let gpt = GPT(config, tokenizer, &rng)
        let size = ModelSize(config, vocabSize: tokenizer.vocabSize)
        #expect(size.paramCount == gpt.params.count)
        #expect(size.paramCount == config.paramCount(vocabSize: tokenizer.vocabSize))
    }

    /// The sizes of the four files that were published with GPT-2.
    @Test(
        arguments: [
            (768, 12, 124_439_808), (1024, 24, 354_823_168), (1280, 36, 774_030_080),
            (1600, 48, 1_557_611_200),
        ])
    func `GPT-2 has the parameters that it has`(width: Int, layers: Int, count: Int) {
        let heads = width / 64
        let size = ModelSize.gpt2Style(width: width, layers: layers, heads: heads, context: 1024)
        #expect(size.paramCount == count)
    }

    @Test func `the lecture has ten million parameters, GPT-3 175 billion`() {
        #expect(ModelSize.lecture.paramCount == 10_788_929)
        #expect((ModelSize.gpt3.paramCount + 500_000_000) / 1_000_000_000 == 175)
    }

    @Test func `each choice adds the parameters that it names`() {
        let size = ModelSize(width: 4, layers: 2, heads: 2, context: 3, vocabulary: 5)
        func more(_ change: (inout ModelSize) -> Void) -> Int {
            var other = size
            change(&other)
            return other.paramCount - size.paramCount
        }
        #expect(more { $0.hasQKVBiases = true } == 2 * 3 * 4)
        #expect(more { $0.hasBiases = true } == 2 * (4 + 16 + 4))
        #expect(more { $0.hasLogitBiases = true } == 5)
        #expect(more { $0.normParams = 2 } == (2 * 2 + 1) * 2 * 4)
        #expect(more { $0.isTied = true } == -5 * 4)
        #expect(more { $0.heads = 4 } == 0)
    }

    @Test(arguments: [(16, 1, 4, 8), (64, 1, 8, 16), (8, 3, 2, 5)], [2, 6, 40])
    func `multiply-adds are those of the ladder`(
        _ shape: (width: Int, layers: Int, heads: Int, context: Int), tokenCount: Int
    ) {
        let config = config(shape.width, shape.layers, shape.heads, shape.context)
        let size = ModelSize(config, vocabSize: 27)
        let positions = min(config.blockSize, tokenCount - 1)
        let expected = config.multiplyAdds(tokenCount: tokenCount, vocabSize: 27)
        #expect(positions * size.multiplyAddsPerToken(positions: positions) == expected)
    }

    @Test func `6 operations for each parameter and token, but for attention and embeddings`() {
        let size = ModelSize.gpt3
        let operations = 2 * size.multiplyAddsPerToken(positions: 1)
        let ratio = Double(operations) / Double(6 * size.paramCount)
        // Embeddings of positions, biases and norms are not in products: 0.03 % of GPT-3.
        #expect(abs(ratio - 1) < 0.001)
    }

    @Test func `memory is four numbers for a parameter, and activations`() {
        let size = ModelSize(width: 4, layers: 2, heads: 2, context: 3, vocabulary: 5)
        // Position t has t + 1 weights in each head: 1 + 2 + 3, in 2 heads of 2 layers.
        let activations = 3 * (16 * 4 * 2 + 2 * 4 + 5) + 6 * 4
        #expect(size.activationNumbers(positions: 3) == Double(activations))
        let bytes = 8 * (4 * size.paramCount + activations)
        #expect(size.trainingBytes(bytesPerNumber: 8) == Double(bytes))
    }
}
