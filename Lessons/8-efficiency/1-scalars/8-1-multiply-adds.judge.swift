import Course
import Inspection
import MicroGPT
import PythonRandom

extension Exercise {
    static let multiplyAdds = Exercise(
        "8-1-multiply-adds", "the arithmetic of a document, counted by a formula",
        ["forwardMultiplyAdds": "Judge.multiplyAdds"],
        hints: """
            - A matrix of nOut rows of nIn numbers takes nOut * nIn at each position.
            - Position 0 looks at one position, position 1 at two, and so on. What do all of
              them look at together? And does the number of heads count, or only the width of
              all heads?
            """)
}

extension Judge {
    public static func multiplyAdds(
        _ answer: (_ config: Config, _ positions: Int, _ vocabSize: Int) throws -> Int
    ) throws {
        let names = ["a", "ada", "banana"]
        let tokenizer = Tokenizer(documents: names)
        let sizes: [(embedding: Int, heads: Int, layers: Int)] = [(4, 1, 1), (4, 2, 1), (6, 2, 3)]
        for (embedding, heads, layers) in sizes {
            var config = Config.gist
            (config.nEmbd, config.nHead, config.nLayer) = (embedding, heads, layers)
            var rng = PythonRandom(seed: 42)
            let gpt = GPT(config, tokenizer, &rng)
            for name in names {
                let tokens = try tokenizer.tokens(of: name)
                try expectEqual(
                    try answer(config, tokens.count - 1, tokenizer.vocabSize),
                    pairs(under: gpt.loss(tokens), config),
                    "embedding \(embedding), heads \(heads), layers \(layers), positions "
                        + "\(tokens.count - 1), \(tokenizer.vocabSize) tokens")
            }
        }
    }

    /// Of all dot products of a model's loss, but not those of a number with itself, in rmsnorm. At
    /// the first position attention has a single value to weigh: a multiplication, as numbers tell.
    private static func pairs(under loss: Value, _ config: Config) -> Int {
        loss.numbers().filter { $0.operation == .dot && $0.children[0] !== $0.children[1] }
            .reduce(config.nEmbd * config.nLayer) { $0 + $1.children.count / 2 }
    }
}
