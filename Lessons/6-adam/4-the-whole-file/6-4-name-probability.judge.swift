import Course
import Foundation
import Inspection
import MicroGPT

extension Exercise {
    static let nameProbability = Exercise(
        "6-4-name-probability", "the probability of a whole name",
        ["nameProbability": "Judge.nameProbability"],
        hints: """
            - `gpt.tokenizer.encode(name)` are its tokens, with BOS at both ends.
            - The temperature divides the logits, before `softmax`.
            - For a check of your own: the probabilities of all names that there can be add up
              to 1.
            """)
}

extension Judge {
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
