import Course
import Foundation
import Inspection
import MicroGPT
import PythonRandom

extension Exercise {
    static let inference: [Exercise] = [
        Exercise(
            "05-01-generate", "a new document, token by token", ["generate": "Judge.generate"],
            hints: """
                - The first token that the model reads is `gpt.tokenizer.bos`, at position 0.
                - `softmax(logits).map(\\.data)` are the probabilities as plain numbers.
                - A character is added to a string with
                  `text.unicodeScalars.append(gpt.tokenizer.characters[id])`.
                """),
        Exercise(
            "05-02-sample-token", "temperature, and a draw by cumulative sums",
            ["sampleToken": "Judge.sampleToken"],
            hints: """
                - Plain numbers, no `Value`. Logits can be as large as 1000: which one can you take
                  off all of them before `exp`?
                - "Beyond" means greater, not equal: a token whose probability is 0 is never drawn,
                  not even if `random` is 0.
                - Sums are rounded, and the last may be a little less than 1. If no part ends beyond
                  `random`, it is the last token.
                """),
        Exercise(
            "05-03-name-probability", "the probability of a whole name",
            ["nameProbability": "Judge.nameProbability"],
            hints: """
                - `gpt.tokenizer.encode(name)` are its tokens, with BOS at both ends.
                - The temperature divides the logits, before `softmax`.
                - For a check of your own: the probabilities of all names that there can be add up
                  to 1.
                """),
    ]
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

    /// The right token is `PythonRandom.choice`'s, which CPython's own choices are compared with.
    public static func sampleToken(
        _ answer: ([Double], _ temperature: Double, _ random: Double) throws -> Int
    ) throws {
        func place(_ logits: [Double], _ temperature: Double, _ random: Double) -> String {
            "sampleToken(\(logits), temperature: \(temperature), random: \(random))"
        }
        // At temperature 0.5 the parts end at 0.8668… and 0.9841…
        let cases: [(logits: [Double], temperature: Double, random: Double, token: Int)] = [
            ([2, 1, 0], 1, 0.6, 0), ([2, 1, 0], 1, 0.7, 1), ([2, 1, 0], 1, 0.95, 2),
            ([2, 1, 0], 0.5, 0.7, 0), ([2, 1, 0], 0.5, 0.95, 1), ([2, 1, 0], 2, 0.6, 1),
            ([0, 0], 1, 0.5, 1), ([0, 0], 1, 0, 0),
            ([1000, 1001], 1, 0.2, 0), ([1000, 1001], 1, 0.3, 1),
            ([0, 1000], 1, 0, 1), ([0, 1], 0.001, 0, 1), ([-1000, -1000, -2000], 1, 0.75, 1),
        ]
        for (logits, temperature, random, token) in cases {
            try expectEqual(
                try answer(logits, temperature, random), token,
                place(logits, temperature, random))
        }
        var rng = PythonRandom(seed: 42)
        for round in 0..<200 {
            let logits = (0..<5).map { _ in rng.gauss(0, 2) }
            let temperature = [0.1, 0.5, 1, 3][round % 4]
            let probs = MicroGPT.softmax(logits.map { Value($0) / temperature }).map(\.data)
            var copy = rng
            let random = copy.random()
            try expectEqual(
                try answer(logits, temperature, random), rng.choice(weights: probs),
                place(logits, temperature, random))
        }
    }

    public static func nameProbability(
        _ answer: (String, GPT, _ temperature: Double) throws -> Double
    ) throws {
        let gpt = try smallGPT()
        func place(_ name: String, _ temperature: Double) -> String {
            "nameProbability(\"\(name)\", gpt, temperature: \(temperature))"
        }
        for name in ["ab", "b", ""] {
            // From the single file's loss, a mean of minus logarithms at temperature 1.
            let tokens = try gpt.tokenizer.tokens(of: name)
            let expected = exp(-gpt.loss(tokens).data * Double(tokens.count - 1))
            try expect(try answer(name, gpt, 1), expected, place(name, 1))
        }
        try expect(try answer("abab", gpt, 1), 0, place("abab", 1))
        let names = (0...3).reduce(into: [[""]]) { lengths, _ in
            lengths.append((lengths.last ?? []).flatMap { [$0 + "a", $0 + "b"] })
        }.prefix(4).joined()
        for temperature in [1, 0.25, 4] {
            let total = try names.map { try answer($0, gpt, temperature) }.reduce(0, +)
            try expect(
                total, 1,
                "the sum of nameProbability(name, gpt, temperature: \(temperature)) over "
                    + "all names of a and b with at most 3 letters")
        }
        // At a low temperature the likeliest first letter takes nearly all.
        var cache = gpt.emptyCache
        let logits = gpt.forward(tokenID: gpt.tokenizer.bos, posID: 0, cache: &cache)
        try expect(
            try answer("", gpt, 0.25),
            MicroGPT.softmax(logits.map { $0 / 0.25 })[gpt.tokenizer.bos].data,
            place("", 0.25))
    }
}
