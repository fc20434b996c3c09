import Course
import Inspection
import MicroGPT

extension Exercise {
    static let generate = Exercise(
        "6-5-generate", "a new document, token by token", ["generate": "Judge.generate"],
        hints: """
            - The first token that the model reads is `gpt.tokenizer.bos`, at position 0.
            - `softmax(logits).map(\\.data)` are the probabilities as plain numbers.
            - A character is added to a string with
              `text.unicodeScalars.append(gpt.tokenizer.characters[id])`.
            """)
}

extension Judge {
    public static func generate(
        _ answer: (GPT, _ choose: ([Double]) -> Int) throws -> String
    ) throws {
        let gpt = try smallGPT()  // "a" is 0, "b" is 1, BOS is 2; at most 3 characters
        for (choices, text) in [
            ([2], ""), ([0, 2], "a"), ([1, 0, 2], "ba"), ([1, 1, 0], "bba"),
        ] {
            let place = "generate(gpt) with the choices \(choices)"
            var seen: [[Double]] = []
            // Whoever goes on after the end gets BOS, but not for ever.
            let result = try answer(gpt) { probs in
                seen.append(probs)
                return seen.count <= choices.count ? choices[seen.count - 1] : 2
            }
            try expectEqual(result, text, place)
            try expectEqual(seen.count, choices.count, "\(place): calls of choose")
            var cache = gpt.emptyCache
            var tokenID = gpt.tokenizer.bos
            for (posID, next) in choices.enumerated() {
                let logits = gpt.forward(tokenID: tokenID, posID: posID, cache: &cache)
                try expect(
                    seen[posID], MicroGPT.softmax(logits).map(\.data),
                    "\(place): probabilities at position \(posID)")
                tokenID = next
            }
        }
    }
}
