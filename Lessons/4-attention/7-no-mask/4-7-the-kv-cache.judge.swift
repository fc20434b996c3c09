import Course
import Inspection
import MicroGPT
import PythonRandom

extension Exercise {
    static let theKVCache = Exercise(
        "4-7-the-kv-cache", "attention that remembers keys and values",
        ["attendWithCache": "Judge.attendWithCache"],
        hints: """
            - A position looks at itself, too: first put in, then attend.
            - A later call goes on where this one ended: the cache may hold positions already,
              and other layers have places of their own in it.
            """)
}

extension Judge {
    public typealias Attend = ([Value], [[Value]], [[Value]]) throws -> [Value]
    public typealias CachedAttention = (
        [[Value]], Layer, Int, inout KVCache, Attend
    ) throws -> [[Value]]

    public static func attendWithCache(_ answer: CachedAttention) throws {
        let gpt = try model(small(.gist, nLayer: 2))
        var rng = PythonRandom(seed: 40)
        let inputs = (0..<2).map { _ in matrix(5, 4, &rng) }

        // Three positions through both layers, then two more.
        var cache = gpt.emptyCache
        var outputs: [[[Value]]] = [[], []]
        for part in [0..<3, 3..<5] {
            for (li, layer) in gpt.layers.enumerated() {
                let other = cache[1 - li].keys.count
                let earlier = cache[li].keys
                var posID = part.lowerBound
                let xs = Array(inputs[li][part])
                let result = try answer(xs, layer, li, &cache) { q, keys, values in
                    if posID == part.upperBound {
                        throw WrongAnswer(
                            message: "layer \(li), positions \(part): expected \(part.count) calls "
                                + "of attend, got more")
                    }
                    let place = "layer \(li), position \(posID): attend"
                    try expectEqual(keys.count, posID + 1, "\(place) sees keys.count")
                    try expectEqual(values.count, posID + 1, "\(place) sees values.count")
                    let seen = inputs[li][...posID]
                    try expect(
                        q, MicroGPT.linear(seen[posID], layer.attnWq).map(\.data), "\(place) gets q"
                    )
                    try expectRows(
                        keys, seen.map { MicroGPT.linear($0, layer.attnWk) }, "\(place) sees keys")
                    try expectRows(
                        values, seen.map { MicroGPT.linear($0, layer.attnWv) },
                        "\(place) sees values")
                    posID += 1
                    return oneHead(q, keys, values)
                }
                let place = "layer \(li), positions \(part)"
                try expectEqual(
                    posID, part.upperBound, "\(place): positions after attend was called")
                try expectEqual(result.count, part.count, "\(place): result.count")
                outputs[li] += result
                try expectEqual(cache.count, 2, "\(place): cache.count")
                try expectEqual(
                    cache[1 - li].keys.count, other, "\(place): the other layer's keys.count")
                try expectEqual(
                    cache[li].keys.count, part.upperBound, "\(place): keys.count in the cache")
                try expectEqual(
                    cache[li].values.count, part.upperBound, "\(place): values.count in the cache")
                for t in earlier.indices
                where !zip(earlier[t], cache[li].keys[t]).allSatisfy({ $0 === $1 }) {
                    throw WrongAnswer(
                        message: "\(place): expected the key of position \(t) that was in the "
                            + "cache, got new numbers")
                }
            }
        }
        for (li, layer) in gpt.layers.enumerated() {
            let recomputed = inputs[li].indices.map { t in
                oneHead(
                    MicroGPT.linear(inputs[li][t], layer.attnWq),
                    inputs[li][...t].map { MicroGPT.linear($0, layer.attnWk) },
                    inputs[li][...t].map { MicroGPT.linear($0, layer.attnWv) })
            }
            try expectRows(outputs[li], recomputed, "layer \(li): result")
        }

        let layer = gpt.layers[1]
        try expectGradients(
            by: [
                "xs[0]": inputs[1][0], "attnWk.joined()": Array(layer.attnWk.joined()),
                "attnWv.joined()": Array(layer.attnWv.joined()),
            ], of: "the result, weighted and added up,"
        ) {
            var cache = gpt.emptyCache
            let first = try answer(Array(inputs[1][..<2]), layer, 1, &cache, oneHead)
            let last = try answer([inputs[1][2]], layer, 1, &cache, oneHead)
            return weightedSum(Array((first + last).joined()))
        }
    }

    private static func oneHead(
        _ q: [Value], _ keys: [[Value]], _ values: [[Value]]
    ) -> [Value] {
        let weights = MicroGPT.softmax(
            keys.map { k in MicroGPT.dot(q, k) / Double(q.count).squareRoot() })
        return q.indices.map { j in MicroGPT.dot(weights, values.map { v in v[j] }) }
    }
}
