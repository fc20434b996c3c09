import Course
import Inspection
import Beyond
import MicroGPT
import PythonRandom

extension Exercise {
    static let crossAttention = Exercise(
        "9-7-cross-attention", "a decoder that looks at an encoder",
        ["crossAttention": "Judge.crossAttention"],
        hints: """
            - `linear(x, w)` is there; so is the `multiHeadAttention` that you wrote in 5-1.
            - Make the keys and the values once, and not for each position of the decoder.
            """)
}

extension Judge {
    public typealias CrossAttention = (
        _ xs: [[Value]], _ encoded: [[Value]], _ wq: Matrix, _ wk: Matrix, _ wv: Matrix,
        _ nHead: Int
    ) throws -> [[Value]]

    public static func crossAttention(_ answer: CrossAttention) throws {
        // One head of 1. The keys are 0 and ln 3, so the weights are 1/4 and 3/4; the values are 0
        // and 8.
        let ln3 = 1.0986122886681098
        func matrix(_ number: Double) -> Matrix { [[Value(number)]] }
        let place = "xs [[1]], encoded [[0], [2]], wq [[1]], wk [[ln 3 / 2]], wv [[4]], one head"
        let small = try answer(
            [[Value(1)]], [[Value(0)], [Value(2)]], matrix(1), matrix(ln3 / 2), matrix(4), 1)
        try expectEqual(small.count, 1, "\(place): count")
        try expect(small[0], [6], "\(place): result[0]")

        // The attention of EncoderDecoder, which tests check with finite differences.
        var config = Config.gist
        (config.nEmbd, config.nHead, config.initStd) = (4, 2, 0.5)
        var rng = PythonRandom(seed: 87)
        let letters = Tokenizer(documents: ["abc"])
        let model = try EncoderDecoder(config, source: letters, target: letters, &rng)
        let attn = model.decoder[0].crossAttn
        func vectors(_ count: Int) -> [[Value]] {
            (0..<count).map { _ in (0..<4).map { _ in Value(rng.gauss(0, 1)) } }
        }
        let (xs, encoded) = (vectors(2), vectors(3))
        for (xs, encoded, what) in [(xs, encoded, "2 that look at 3"), (encoded, xs, "3 at 2")] {
            let before = (xs + encoded).joined().map(\.data)
            let actual = try answer(xs, encoded, attn.wq, attn.wk, attn.wv, 2)
            try expect((xs + encoded).joined().map(\.data), before, "xs and encoded after the call")
            try expectEqual(actual.count, xs.count, "two heads, \(what): count")
            for (i, x) in xs.enumerated() {
                try expectEqual(actual[i].count, 4, "two heads, \(what): result[\(i)].count")
                let keys = encoded.map { MicroGPT.linear($0, attn.wk) }
                let values = encoded.map { MicroGPT.linear($0, attn.wv) }
                try expect(
                    MicroGPT.linear(actual[i], attn.wo),
                    model.attend(x, keys: keys, values: values, attn).x.map(\.data),
                    "two heads, \(what): wo times result[\(i)]")
            }
        }
        try expectGradients(
            by: [
                "xs.joined()": Array(xs.joined()), "encoded.joined()": Array(encoded.joined()),
                "wq.joined()": Array(attn.wq.joined()), "wk.joined()": Array(attn.wk.joined()),
                "wv.joined()": Array(attn.wv.joined()),
            ], of: "the result, weighted and added up,"
        ) {
            let result = try answer(xs, encoded, attn.wq, attn.wk, attn.wv, 2).joined()
            return sum(result.enumerated().map { i, value in value * (1 + 0.3 * Double(i)) })
        }
    }
}
