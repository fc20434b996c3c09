import Course
import Inspection
import Beyond

extension Exercise {
    static let parameterCount = Exercise(
        "9-9-parameter-count", "how many parameters a GPT of any size has",
        ["parameterCount": "Judge.parameterCount"],
        hints: """
            - Count a layer first: numbers of the matrices, then biases, then norms.
            - The number of heads is not among the arguments. Why does it not matter?
            """)
}

extension Judge {
    public typealias ParameterCount = (
        _ width: Int, _ layers: Int, _ context: Int, _ vocabulary: Int
    ) throws -> Int

    public static func parameterCount(_ answer: ParameterCount) throws {
        // Without layers and with width 1: the embeddings and the last norm.
        try expectEqual(
            try answer(1, 0, 3, 5), 3 + 5 + 2, "width 1, no layer, context 3, 5 tokens",
            mistakes: [
                ("the logits have no matrix of their own", 3 + 5 + 2 + 5),
                ("one norm more comes after the layers: a gain and a bias", 3 + 5),
            ])
        // A layer of width 1 is 12 numbers in matrices, 9 biases and 4 of norms.
        try expectEqual(
            try answer(1, 1, 3, 5), 10 + 12 + 9 + 4, "width 1, 1 layer, context 3, 5 tokens",
            mistakes: [
                ("the biases of the matrices are missing", 10 + 12 + 4),
                ("the two norms of the layer are missing", 10 + 12 + 9),
            ])
        // Published with GPT-2 (Radford et al., 2019): the smallest and the largest of its files.
        try expectEqual(
            try answer(768, 12, 1024, 50_257), 124_439_808, "GPT-2 of width 768, 12 layers")
        try expectEqual(
            try answer(1600, 48, 1024, 50_257), 1_557_611_200, "GPT-2 of width 1600, 48 layers")
        let size = ModelSize.gpt2Style(width: 6, layers: 2, heads: 3, context: 7, vocabulary: 11)
        try expectEqual(
            try answer(6, 2, 7, 11), size.paramCount, "width 6, 2 layers, context 7, 11 tokens")
    }
}
