import Course
import Inspection
import LessonJudges
import MicroGPT
import Solutions
import Testing

extension EachExercise {
    @Test func `5-3 the gpt function`() {
        expect(
            solution: { try Judge.gptLogits(Solutions.gptLogits) },
            wrong: {
                try Judge.gptLogits { gpt, tokenID, posID, cache in
                    gpt.forward(tokenID: tokenID, posID: 0, cache: &cache)
                }
            },
            says: "lesson, position 1: cache[0].keys[1][0]: expected ")
    }

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

    @Test(arguments: modelMistakes) func `5-3 a mistake with the model is found`(
        _ mistake: Mistake
    ) {
        expectFound(mistake)
    }

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
}
