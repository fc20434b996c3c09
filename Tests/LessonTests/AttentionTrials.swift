import Course
import LessonFigures
import LessonJudges
import Foundation
import Inspection
import MicroGPT
import Solutions
import Testing

extension Trial {
    static let attention = [
        Trial(
            "03-06-multi-head-attention",
            solution: { try Judge.multiHeadAttention(Solutions.multiHeadAttention) },
            wrong: {
                try Judge.multiHeadAttention { q, keys, values, nHead in
                    heads(q, keys, values, nHead) { _, headDim in Array(0..<headDim) }
                }
            },
            says:
                "q [1, 5], keys [0, 7] and [ln 3, 7], values [4, 10] and [8, 30], two heads of 1: xAttn[1]: expected 20, got 7"
        ),
        Trial(
            "03-07-residual-connections",
            solution: { try Judge.withResidual(Solutions.withResidual) },
            wrong: { try Judge.withResidual { x, block in try block(MicroGPT.rmsnorm(x)) } },
            says: "[3, -4] around a block that gives zeros: x[0]: expected 3, got 0"),
        Trial(
            "03-08-the-mlp-block",
            solution: { try Judge.mlp(Solutions.mlp) },
            wrong: {
                try Judge.mlp { x, fc1, fc2, activation in
                    MicroGPT.linear(
                        MicroGPT.linear(x, fc1).map {
                            activation == .relu ? $0.relu() : $0.pow(2).relu()
                        },
                        fc2)
                }
            },
            says: "units [2, -2, 1, 6], .squaredRelu, fc2 [1, 10, 100, 1000]: result[0]: "
                + "expected 36104, got 36144"),
        Trial(
            "03-09-the-gpt-function",
            solution: { try Judge.gptLogits(Solutions.gptLogits) },
            wrong: {
                try Judge.gptLogits { gpt, tokenID, posID, cache in
                    gpt.forward(tokenID: tokenID, posID: 0, cache: &cache)
                }
            },
            says: "lesson, position 1: cache[0].keys[1][0]: expected "),
        Trial(
            "03-10-the-kv-cache",
            solution: { try Judge.attendWithCache(Solutions.attendWithCache) },
            wrong: {
                try Judge.attendWithCache { xs, layer, _, cache, attend in
                    try Solutions.attendWithCache(
                        xs, layer, li: 0, cache: &cache, attend: attend)
                }
            },
            says: "layer 1, position 0: attend sees keys.count: expected 1, got 4"),
    ]

    /// Heads of any indices.
    fileprivate static func heads(
        _ q: [Value], _ keys: [[Value]], _ values: [[Value]], _ nHead: Int,
        scale: ((_ headDim: Int) -> Double)? = nil,
        indices: (_ h: Int, _ headDim: Int) -> [Int]
    ) -> [Value] {
        let headDim = q.count / nHead
        return (0..<nHead).flatMap { h in
            let head = indices(h, headDim)
            let divisor = scale?(headDim) ?? Double(headDim).squareRoot()
            let logits = keys.map { k in
                MicroGPT.dot(head.map { q[$0] }, head.map { k[$0] }) / divisor
            }
            let weights = MicroGPT.softmax(logits)
            return head.map { j in MicroGPT.dot(weights, values.map { v in v[j] }) }
        }
    }

    fileprivate static func slice(_ h: Int, _ headDim: Int) -> [Int] {
        Array(h * headDim..<(h + 1) * headDim)
    }
}

/// What else learners write.
@Suite struct AttentionMistakeTests {
    struct Mistake: CustomTestStringConvertible {
        let testDescription: String
        let judge: @Sendable () throws -> Void
        let message: String

        init(
            _ description: String, says message: String,
            judge: @escaping @Sendable () throws -> Void
        ) {
            (testDescription, self.judge, self.message) = (description, judge, message)
        }
    }

    static let headMistakes = [
        Mistake("heads interleaved", says: "\"bavo\" at position 1, four heads of 4: xAttn[0]") {
            try Judge.multiHeadAttention { q, keys, values, nHead in
                Trial.heads(q, keys, values, nHead) { h, headDim in
                    (0..<headDim).map { $0 * nHead + h }
                }
            }
        },
        Mistake(
            "scaled by the full width",
            says:
                "q [1, 5], keys [0, 7] and [ln 3, 7], values [4, 10] and [8, 30], two heads of 1: xAttn[0]"
        ) {
            try Judge.multiHeadAttention { q, keys, values, nHead in
                Trial.heads(
                    q, keys, values, nHead, scale: { Double($0 * nHead).squareRoot() },
                    indices: Trial.slice)
            }
        },
        Mistake("not scaled", says: "\"bavo\" at position 1, four heads of 4: xAttn[0]") {
            try Judge.multiHeadAttention { q, keys, values, nHead in
                Trial.heads(q, keys, values, nHead, scale: { _ in 1 }, indices: Trial.slice)
            }
        },
        Mistake("keys taken out of the graph", says: "gradient of xAttn with nHead 1") {
            try Judge.multiHeadAttention { q, keys, values, nHead in
                let copies = keys.map { $0.map { Value($0.data) } }
                return Trial.heads(q, copies, values, nHead, indices: Trial.slice)
            }
        },
        Mistake(
            "an empty result",
            says:
                "q [1, 5], keys [0, 7] and [ln 3, 7], values [4, 10] and [8, 30], two heads of 1: xAttn.count"
        ) {
            try Judge.multiHeadAttention { _, _, _, _ in [] }
        },
    ]

    static let residualMistakes = [
        Mistake("the norm of x is added", says: "[3, -4] around a block that gives zeros: x[0]") {
            try Judge.withResidual { x, block in
                let x = MicroGPT.rmsnorm(x)
                return zip(try block(x), x).map { $0 + $1 }
            }
        },
        Mistake("no norm", says: "what the block gets of [3, -4][0]") {
            try Judge.withResidual { x, block in zip(try block(x), x).map { $0 + $1 } }
        },
        Mistake("a copy is added", says: "gradient of the result around linear(x, w)") {
            try Judge.withResidual { x, block in
                zip(try block(MicroGPT.rmsnorm(x)), x).map { $0 + $1.data }
            }
        },
        Mistake("two calls", says: "calls of the block: expected 1, got 2") {
            try Judge.withResidual { x, block in
                _ = try block(MicroGPT.rmsnorm(x))
                return try Solutions.withResidual(x, block)
            }
        },
    ]

    static let mlpMistakes = [
        Mistake("one activation for both", says: "units [2, -2, 1, 6], .squaredRelu") {
            try Judge.mlp { x, fc1, fc2, _ in try Solutions.mlp(x, fc1: fc1, fc2: fc2, .relu) }
        },
        Mistake("no activation", says: "units [2, -2, 1, 6], .relu") {
            try Judge.mlp { x, fc1, fc2, _ in MicroGPT.linear(MicroGPT.linear(x, fc1), fc2) }
        },
        Mistake("the square has no gradient", says: "gradient of the result with .squaredRelu") {
            try Judge.mlp { x, fc1, fc2, activation in
                let units = MicroGPT.linear(x, fc1).map { $0.relu() }
                return MicroGPT.linear(
                    activation == .relu ? units : units.map { $0 * $0.data }, fc2)
            }
        },
    ]

    static let modelMistakes = [
        Mistake("the first layer only", says: "gist with 2 layers, position 0: cache[1].keys.count")
        {
            try Judge.gptLogits { gpt, tokenID, posID, cache in
                var x = zip(gpt.wte[tokenID], gpt.wpe[posID]).map { $0 + $1 }
                x = try layer(MicroGPT.rmsnorm(x), gpt, 0, &cache)
                return MicroGPT.linear(x, gpt.lmHead)
            }
        },
        Mistake("no norm after the embeddings", says: "lesson, position 0: cache[0].keys[0][0]") {
            try Judge.gptLogits { gpt, tokenID, posID, cache in
                var x = zip(gpt.wte[tokenID], gpt.wpe[posID]).map { $0 + $1 }
                for li in gpt.layers.indices { x = try layer(x, gpt, li, &cache) }
                return MicroGPT.linear(x, gpt.lmHead)
            }
        },
        Mistake("keys and values swapped", says: "lesson, position 0: cache[0].keys[0][0]") {
            try Judge.gptLogits { gpt, tokenID, posID, cache in
                defer {
                    for li in cache.indices {
                        cache[li] = (keys: cache[li].values, values: cache[li].keys)
                    }
                }
                return gpt.forward(tokenID: tokenID, posID: posID, cache: &cache)
            }
        },
        Mistake("probabilities", says: "lesson, position 0: logits[0]") {
            try Judge.gptLogits { gpt, tokenID, posID, cache in
                MicroGPT.softmax(gpt.forward(tokenID: tokenID, posID: posID, cache: &cache))
            }
        },
    ]

    private static func layer(
        _ x: [Value], _ gpt: GPT, _ li: Int, _ cache: inout KVCache
    ) throws -> [Value] {
        let layer = gpt.layers[li]
        let middle = try Solutions.withResidual(x) { x in
            let q = MicroGPT.linear(x, layer.attnWq)
            cache[li].keys.append(MicroGPT.linear(x, layer.attnWk))
            cache[li].values.append(MicroGPT.linear(x, layer.attnWv))
            let xAttn = try Solutions.multiHeadAttention(
                q: q, keys: cache[li].keys, values: cache[li].values, nHead: gpt.config.nHead)
            return MicroGPT.linear(xAttn, layer.attnWo)
        }
        return try Solutions.withResidual(middle) { x in
            try Solutions.mlp(x, fc1: layer.mlpFc1, fc2: layer.mlpFc2, gpt.config.activation)
        }
    }

    static let cacheMistakes = [
        Mistake(
            "put in after use",
            says: "layer 0, position 0: attend sees keys.count: expected 1, got 0"
        ) {
            try Judge.attendWithCache { xs, layer, li, cache, attend in
                try xs.map { x in
                    let q = MicroGPT.linear(x, layer.attnWq)
                    let out = try attend(q, cache[li].keys, cache[li].values)
                    cache[li].keys.append(MicroGPT.linear(x, layer.attnWk))
                    cache[li].values.append(MicroGPT.linear(x, layer.attnWv))
                    return out
                }
            }
        },
        Mistake(
            "the future is visible",
            says: "layer 0, position 0: attend sees keys.count: expected 1, got 3"
        ) {
            try Judge.attendWithCache { xs, layer, li, cache, attend in
                cache[li].keys += xs.map { MicroGPT.linear($0, layer.attnWk) }
                cache[li].values += xs.map { MicroGPT.linear($0, layer.attnWv) }
                return try xs.map { x in
                    try attend(MicroGPT.linear(x, layer.attnWq), cache[li].keys, cache[li].values)
                }
            }
        },
        Mistake(
            "the positions before are forgotten",
            says: "layer 0, position 3: attend sees keys.count: expected 4, got 1"
        ) {
            try Judge.attendWithCache { xs, layer, li, cache, attend in
                cache[li] = ([], [])
                return try Solutions.attendWithCache(
                    xs, layer, li: li, cache: &cache, attend: attend)
            }
        },
        Mistake(
            "keys are made again",
            says: "layer 0, positions 3..<5: expected the key of position 0 that was in the cache"
        ) {
            try Judge.attendWithCache { xs, layer, li, cache, attend in
                let out = try Solutions.attendWithCache(
                    xs, layer, li: li, cache: &cache, attend: attend)
                cache[li].keys = cache[li].keys.map { $0.map { $0 * 1 } }
                return out
            }
        },
        Mistake("the cache has no gradient", says: "gradient of the result") {
            try Judge.attendWithCache { xs, layer, li, cache, attend in
                try xs.map { x in
                    let q = MicroGPT.linear(x, layer.attnWq)
                    cache[li].keys.append(MicroGPT.linear(x, layer.attnWk).map { Value($0.data) })
                    cache[li].values.append(MicroGPT.linear(x, layer.attnWv).map { Value($0.data) })
                    return try attend(q, cache[li].keys, cache[li].values)
                }
            }
        },
    ]

    @Test(arguments: headMistakes) func `03-06 a mistake with the heads is found`(
        _ mistake: Mistake
    ) {
        expectFound(mistake)
    }

    @Test(arguments: residualMistakes) func `03-07 a mistake with the residual is found`(
        _ mistake: Mistake
    ) {
        expectFound(mistake)
    }

    @Test(arguments: mlpMistakes) func `03-08 a mistake with the MLP is found`(_ mistake: Mistake) {
        expectFound(mistake)
    }

    @Test(arguments: modelMistakes) func `03-09 a mistake with the model is found`(
        _ mistake: Mistake
    ) {
        expectFound(mistake)
    }

    @Test(arguments: cacheMistakes) func `03-10 a mistake with the cache is found`(
        _ mistake: Mistake
    ) {
        expectFound(mistake)
    }

    private func expectFound(_ mistake: Mistake) {
        guard case .wrong(let message) = Exercise.verdict(mistake.judge) else {
            Issue.record("not found")
            return
        }
        #expect(message.hasPrefix(mistake.message), "\(message)")
    }
}
