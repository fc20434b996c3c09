import Course
import Inspection
import MicroGPT

extension Exercise {
    static let documentLoss = Exercise(
        "6-3-document-loss", "the loss of a document", ["documentLoss": "Judge.documentLoss"],
        forbids: [".loss"],
        hints: """
            - The cache begins as `gpt.emptyCache`.
            - At each position the model reads one token; the next one is what it should have
              said. So there is one prediction fewer than there are tokens.
            - `sum` adds a list of `Value`s.
            """)
}

extension Judge {
    /// The right loss is that of the single file, which equals microgpt.py's to the last bit.
    public static func documentLoss(_ answer: ([Int], GPT) throws -> Value) throws {
        let gpt = try smallGPT()
        let before = gpt.params.map(\.data)
        for (name, params) in [("ab", gpt.params), ("", []), ("abba", [gpt.wte[0][0]])] {
            let tokens = try gpt.tokenizer.tokens(of: name)
            let place = "documentLoss(\(tokens))"
            let loss = try answer(tokens, gpt)
            let right = gpt.loss(tokens).data
            let count = Double(min(gpt.config.blockSize, tokens.count - 1))
            try expect(
                loss.data, right, place,
                mistakes: [
                    ("that is the sum over the positions, and not their mean", right * count),
                    ("the minus is missing", -right),
                    (
                        "there the target is the token just read, and not the next",
                        gpt.lossOfSame(tokens)
                    ),
                ])
            try expect(try answer(tokens, gpt).data, loss.data, "\(place), called again,")
            // A few of each matrix: all would take too long.
            let some = params.enumerated().filter { $0.offset % 7 == 0 }.map(\.element)
            try expectGradients(by: ["params": some], of: place) { try answer(tokens, gpt) }
            try expect(gpt.params.map(\.data), before, "gpt.params after \(place)")
        }
    }
}

extension GPT {
    /// The loss of a model that should say what it has just read.
    fileprivate func lossOfSame(_ tokens: [Int]) -> Double {
        var cache = emptyCache
        let losses = tokens.dropLast().prefix(config.blockSize).enumerated().map { posID, tokenID in
            -MicroGPT.softmax(forward(tokenID: tokenID, posID: posID, cache: &cache))[tokenID].log()
                .data
        }
        return losses.reduce(0, +) / Double(losses.count)
    }
}
