import Course
import Inspection
import LessonJudges
import MicroGPT
import Solutions
import Testing

extension EachExercise {
    @Test func `4-7 the kv cache`() {
        expect(
            solution: { try Judge.attendWithCache(Solutions.attendWithCache) },
            wrong: {
                try Judge.attendWithCache { xs, layer, _, cache, attend in
                    try Solutions.attendWithCache(
                        xs, layer, li: 0, cache: &cache, attend: attend)
                }
            },
            says: "layer 1, position 0: attend sees keys.count: expected 1, got 4")
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

    @Test(arguments: cacheMistakes) func `4-7 a mistake with the cache is found`(
        _ mistake: Mistake
    ) {
        expectFound(mistake)
    }
}
