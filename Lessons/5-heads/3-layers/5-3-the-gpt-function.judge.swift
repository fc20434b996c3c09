import Course
import Inspection
import MicroGPT

extension Exercise {
    static let theGPTFunction = Exercise(
        "5-3-the-gpt-function", "the whole model, for one position",
        ["gptLogits": "Judge.gptLogits"],
        forbids: [".forward", ".loss"],
        hints: """
            - `multiHeadAttention`, `withResidual` and `mlp` of the exercises before do most of
              it, if you have solved them; what attention needs besides are `attnWq`, `attnWk`,
              `attnWv`, `attnWo`.
            - `for (li, layer) in gpt.layers.enumerated()` gives the number of each layer, too.
            - Write it yourself: `gpt.forward` is what yours is compared with.
            """)
}

extension Judge {
    public typealias Model = (GPT, Int, Int, inout KVCache) throws -> [Value]

    public static func gptLogits(_ answer: Model) throws {
        let shapes: [(String, Config)] = [
            ("lesson", small(.lesson)), ("gist", small(.gist)),
            ("gist with 2 layers", small(.gist, nLayer: 2)),
        ]
        for (name, config) in shapes {
            let gpt = try model(config)
            var (cache, expectedCache) = (gpt.emptyCache, gpt.emptyCache)
            var (loss, expectedLoss) = (Value(0), Value(0))
            for (posID, tokenID) in [3, 1, 1, 0].enumerated() {
                let place = "\(name), position \(posID)"
                let logits = try answer(gpt, tokenID, posID, &cache)
                let expected = gpt.forward(
                    tokenID: tokenID, posID: posID, cache: &expectedCache)
                try expectEqual(cache.count, gpt.layers.count, "\(place): cache.count")
                for li in cache.indices {
                    try expectRows(
                        cache[li].keys, expectedCache[li].keys, "\(place): cache[\(li)].keys")
                    try expectRows(
                        cache[li].values, expectedCache[li].values, "\(place): cache[\(li)].values")
                }
                try expect(logits, expected.map(\.data), "\(place): logits")
                loss += -MicroGPT.softmax(logits)[2].log()
                expectedLoss += -MicroGPT.softmax(expected)[2].log()
            }
            try expectSameGradients(loss, expectedLoss, gpt, name)
        }
        let gpt = try model(small(.lesson))
        try expectGradients(
            by: ["wpe[0]": gpt.wpe[0], "layers[0].attnWk[1]": gpt.layers[0].attnWk[1]],
            of: "the logits at two positions, weighted and added up,"
        ) {
            var cache = gpt.emptyCache
            let first = try answer(gpt, 3, 0, &cache)
            return weightedSum(first + (try answer(gpt, 1, 1, &cache)))
        }
    }

    /// Compares with the gradients of `gpt.forward`, by every parameter.
    private static func expectSameGradients(
        _ loss: Value, _ expected: Value, _ gpt: GPT, _ name: String
    ) throws {
        func gradients(_ loss: Value) -> [[Double]] {
            for p in gpt.params { p.grad = 0 }
            loss.backward()
            return matrices(of: gpt).map { $0.matrix.joined().map(\.grad) }
        }
        let (actual, right) = (gradients(loss), gradients(expected))
        for (i, (matrix, _)) in matrices(of: gpt).enumerated() {
            try expect(actual[i], right[i], "\(name): gradient by \(matrix).joined()")
        }
    }

    private static func matrices(of gpt: GPT) -> [(name: String, matrix: Matrix)] {
        [("wte", gpt.wte), ("wpe", gpt.wpe), ("lmHead", gpt.lmHead)]
            + gpt.layers.enumerated().flatMap { li, layer in
                zip(["attnWq", "attnWk", "attnWv", "attnWo", "mlpFc1", "mlpFc2"], layer.matrices)
                    .map { name, matrix in ("layers[\(li)].\(name)", matrix) }
            }
    }
}
