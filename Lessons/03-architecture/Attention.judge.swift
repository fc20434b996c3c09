import Course
import Foundation
import Inspection
import MicroGPT
import PythonRandom

extension Exercise {
    static let attention = [
        Exercise(
            "03-06-multi-head-attention", "four heads by slicing",
            ["multiHeadAttention": "Judge.multiHeadAttention"],
            hints: """
                - Slice h is `h * headDim..<(h + 1) * headDim`. `Array(q[slice])` makes an array of
                  it.
                - Number j of a head's output is the dot product of the weights with number j of all
                  values.
                - `softmax` and `dot` are there; so is what you wrote before.
                """),
        Exercise(
            "03-07-residual-connections", "a block with its residual connection",
            ["withResidual": "Judge.withResidual"],
            hints: """
                - `rmsnorm` normalises.
                - `zip(a, b).map { … }` goes through two lists at once. What is kept must be the
                  numbers of `x` themselves, not copies: gradients go back through both ways.
                """),
        Exercise(
            "03-08-the-mlp-block", "up, an activation, and down again", ["mlp": "Judge.mlp"],
            hints: """
                - `linear(x, w)` multiplies a vector by a matrix.
                - `relu()` and `pow(2)` are methods of `Value`. Their order counts: try -3.
                """),
        Exercise(
            "03-09-the-gpt-function", "the whole model, for one position",
            ["gptLogits": "Judge.gptLogits"],
            forbids: [".forward", ".loss"],
            hints: """
                - `multiHeadAttention`, `withResidual` and `mlp` of the exercises before do most of
                  it, if you have solved them; what attention needs besides are `attnWq`, `attnWk`,
                  `attnWv`, `attnWo`.
                - `for (li, layer) in gpt.layers.enumerated()` gives the number of each layer, too.
                - Write it yourself: `gpt.forward` is what yours is compared with.
                """),
        Exercise(
            "03-10-the-kv-cache", "attention that remembers keys and values",
            ["attendWithCache": "Judge.attendWithCache"],
            hints: """
                - A position looks at itself, too: first put in, then attend.
                - A later call goes on where this one ended: the cache may hold positions already,
                  and other layers have places of their own in it.
                """),
    ]
}

extension Judge {
    public typealias Heads = (
        _ q: [Value], _ keys: [[Value]], _ values: [[Value]], _ nHead: Int
    ) throws -> [Value]
    public typealias Block = ([Value]) throws -> [Value]
    public typealias MLP = ([Value], Matrix, Matrix, Config.Activation) throws -> [Value]
    public typealias Model = (GPT, Int, Int, inout KVCache) throws -> [Value]
    public typealias Attend = ([Value], [[Value]], [[Value]]) throws -> [Value]
    public typealias CachedAttention = (
        [[Value]], Layer, Int, inout KVCache, Attend
    ) throws -> [[Value]]

    // MARK: - 03-06

    public static func multiHeadAttention(_ answer: Heads) throws {
        // Two heads of 1: head 0 has logits 0 and ln 3, weights 1/4 and 3/4; head 1 is undecided.
        let ln3 = 1.0986122886681098
        try expectNumbers(
            try answer(
                values([1, 5]), [values([0, 7]), values([ln3, 7])],
                [values([4, 10]), values([8, 30])], 2),
            [7, 20],
            "q [1, 5], keys [0, 7] and [ln 3, 7], values [4, 10] and [8, 30], two heads of 1: xAttn",
            mistakes: [
                ("each head got the first slice", [7, 7]),
                (
                    "that divides by the root of all numbers of q, and not of a head's",
                    [4 + 4 / (1 + exp(-ln3 / 2.0.squareRoot())), 20]
                ),
            ])

        // What microgpt.py made of it at position 1 of "bavo" in step 0: microgpt-lesson.json.
        let golden = StepZero()
        try expectNumbers(
            try answer(golden.q, golden.keys, golden.values, 4), golden.xAttn,
            "\"bavo\" at position 1, four heads of 4: xAttn")

        var rng = PythonRandom(seed: 36)
        let q = gaussian(6, &rng)
        let (keys, vectors) = (matrix(3, 6, &rng), matrix(3, 6, &rng))
        for nHead in [1, 2, 3] {
            let before = numbers(q + keys.joined() + vectors.joined())
            let xAttn = try answer(q, keys, vectors, nHead)
            try expectEqual(xAttn.count, q.count, "xAttn.count with nHead \(nHead)")
            try expect(
                numbers(q + keys.joined() + vectors.joined()), before,
                "q, keys and values after the call")
            try expectGradients(
                by: [
                    "q": q, "keys.joined()": Array(keys.joined()),
                    "values.joined()": Array(vectors.joined()),
                ], of: "xAttn with nHead \(nHead), weighted and added up,"
            ) {
                weightedSum(try answer(q, keys, vectors, nHead))
            }
        }
    }

    // MARK: - 03-07

    public static func withResidual(_ answer: ([Value], Block) throws -> [Value]) throws {
        let x = values([3, -4])
        try expectNumbers(
            try answer(x) { x in x.map { _ in Value(0) } }, [3, -4],
            "[3, -4] around a block that gives zeros: x",
            mistakes: [
                ("x is not added to what the block gives", [0, 0]),
                (
                    "the normalised x is added: it should be x as it was",
                    MicroGPT.rmsnorm(x).map(\.data)
                ),
            ])
        var inputs: [[Double]] = []
        let doubled = try answer(x) { x in
            inputs.append(numbers(x))
            return x.map { $0 * 2 }
        }
        try expectEqual(inputs.count, 1, "calls of the block")
        // [3, -4] has a mean square of 12.5; 1e-5 more, and its root divides.
        let normed = MicroGPT.rmsnorm(x).map(\.data)
        try expect(
            inputs[0], normed, "what the block gets of [3, -4]",
            mistakes: [("the block gets x as it is: normalise it first", [3, -4])])
        try expectNumbers(
            doubled, [3 + 2 * normed[0], -4 + 2 * normed[1]],
            "[3, -4] around a block that doubles: x")
        try expect(numbers(x), [3, -4], "the x that was passed, after the call")

        var rng = PythonRandom(seed: 37)
        let (input, w) = (gaussian(4, &rng), matrix(4, 4, &rng))
        try expectGradients(
            by: ["x": input, "w.joined()": Array(w.joined())],
            of: "the result around linear(x, w), weighted and added up,"
        ) {
            weightedSum(try answer(input) { x in MicroGPT.linear(x, w) })
        }
    }

    // MARK: - 03-08

    public static func mlp(_ answer: MLP) throws {
        // One number in, four units: 2, -2, 1 and 6.
        let fc1 = [1, -1, 0.5, 3].map { values([$0]) }
        let fc2 = [values([1, 10, 100, 1000])]
        for (activation, expected) in [(Config.Activation.relu, 6102.0), (.squaredRelu, 36104)] {
            try expectNumbers(
                try answer(values([2]), fc1, fc2, activation), [expected],
                "units [2, -2, 1, 6], .\(activation), fc2 [1, 10, 100, 1000]: result",
                mistakes: [
                    ("the activation is missing", [6082]),
                    ("relu comes first, then the square: -2 must give 0", [36144]),
                    ("that is relu alone: the square is missing", [6102]),
                ])
        }
        var rng = PythonRandom(seed: 38)
        let (x, up, down) = (gaussian(3, &rng), matrix(12, 3, &rng), matrix(3, 12, &rng))
        for activation in [Config.Activation.relu, .squaredRelu] {
            let result = try answer(x, up, down, activation)
            try expectEqual(result.count, x.count, "result.count")
            try expectGradients(
                by: [
                    "x": x, "fc1.joined()": Array(up.joined()),
                    "fc2.joined()": Array(down.joined()),
                ], of: "the result with .\(activation), weighted and added up,"
            ) {
                weightedSum(try answer(x, up, down, activation))
            }
        }
    }

    // MARK: - 03-09

    public static func gptLogits(_ answer: Model) throws {
        let shapes: [(String, Config)] = [
            ("lesson", small(.lesson)), ("gist", small(.gist)),
            ("gist with 2 layers", small(.gist, nLayer: 2)),
        ]
        for (name, config) in shapes {
            let gpt = try model(config)
            var (cache, expectedCache) = (emptyCache(gpt), emptyCache(gpt))
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
                try expectNumbers(logits, numbers(expected), "\(place): logits")
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
            var cache = emptyCache(gpt)
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

    // MARK: - 03-10

    public static func attendWithCache(_ answer: CachedAttention) throws {
        let gpt = try model(small(.gist, nLayer: 2))
        var rng = PythonRandom(seed: 40)
        let inputs = (0..<2).map { _ in matrix(5, 4, &rng) }

        // Three positions through both layers, then two more.
        var cache = emptyCache(gpt)
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
                    try expectNumbers(
                        q, numbers(MicroGPT.linear(seen[posID], layer.attnWq)), "\(place) gets q")
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
            var cache = emptyCache(gpt)
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

    // MARK: - What they share

    private static func expectNumbers(
        _ actual: [Value], _ expected: [Double], _ place: String,
        mistakes: Mistakes<[Double]> = []
    ) throws {
        try expect(numbers(actual), expected, place, mistakes: mistakes)
    }

    private static func expectRows(
        _ actual: [[Value]], _ expected: [[Value]], _ place: String
    ) throws {
        try expectEqual(actual.count, expected.count, "\(place).count")
        for (i, (row, right)) in zip(actual, expected).enumerated() {
            try expectNumbers(row, numbers(right), "\(place)[\(i)]")
        }
    }

    private static func numbers(_ values: [Value]) -> [Double] { values.map(\.data) }

    private static func values(_ numbers: [Double]) -> [Value] { numbers.map { Value($0) } }

    private static func gaussian(_ count: Int, _ rng: inout PythonRandom) -> [Value] {
        (0..<count).map { _ in Value(rng.gauss(0, 1)) }
    }

    private static func matrix(
        _ nOut: Int, _ nIn: Int, _ rng: inout PythonRandom
    ) -> Matrix {
        (0..<nOut).map { _ in gaussian(nIn, &rng) }
    }

    /// One number that each of these counts in, and each otherwise.
    private static func weightedSum(_ xs: [Value]) -> Value {
        MicroGPT.sum(xs.enumerated().map { i, x in x * (1 + 0.3 * Double(i)) })
    }

    /// A preset made small, with output matrices that are not zero, so that all of it counts.
    private static func small(_ preset: Config, nLayer: Int = 1) -> Config {
        var config = preset
        (config.nEmbd, config.nHead, config.nLayer, config.blockSize) = (4, 2, nLayer, 4)
        (config.initStd, config.outputInitStd) = (0.5, 0.5)
        return config
    }

    private static func model(_ config: Config) throws -> GPT {
        var rng = PythonRandom(seed: 39)
        return GPT(config, Tokenizer(documents: ["abc"]), &rng)
    }

    private static func emptyCache(_ gpt: GPT) -> KVCache {
        gpt.emptyCache
    }
}

/// Attention at position 1 of "bavo" in step 0 of the first version of microgpt.py, as CPython 3.11
/// computed it: `trace` in Tests/Fixtures/microgpt-lesson.json, the four heads side by side.
private struct StepZero {
    let q = [
        -0.04286214703335246, -0.03413230156118055, -0.0069999545915365655,
        -0.03237726010527693, -0.04967570859765708, 0.07165461730069729,
        0.046511936483412265, -0.03950903566962739, -0.0524443169346455,
        -0.07399186949453453, 0.01700385145556035, 0.10398643646842112,
        -0.06809206046690845, 0.04265427734446806, 0.005503496397666033,
        0.1299762787019586,
    ].map { Value($0) }
    let keys = [
        [
            -0.06614524787930125, -0.011924997224891876, 0.0548419701017257,
            0.1495844688406237, -0.0630684983791724, 0.01092983802853371,
            -0.09763213828398876, 0.07174067112736934, -0.014746664078366736,
            -0.1339156577509957, -0.10308229224669226, -0.031466880812464834,
            -0.006371838104275235, 0.08299271872746644, 0.0006279468587762488,
            -0.11789940802310453,
        ],
        [
            -0.14855123674936702, -0.10420812375127925, 0.16998380680557915,
            -0.0296439609941032, 0.04456668317200011, -0.12355504568386046,
            -0.012354198440377327, 0.032152673631663665, -0.16454354604496474,
            -0.07831230402363859, -0.016619852739213643, -0.1086596162423485,
            -0.04523245484001715, -0.0033049341832247915, 0.08465899934027941,
            0.1049393743161722,
        ],
    ].map { $0.map { Value($0) } }
    let values = [
        [
            -0.0952090226052032, 0.039577476665262006, -0.030100651111350227,
            0.048770900626475114, 0.08566417733419542, -0.11694913468207613,
            -0.04586561667941567, 0.015509393390524897, -0.04442883028334575,
            0.05624106789165639, 0.020954322505117702, -0.12652325413859417,
            0.08420875138565691, 0.0035531387031552397, -0.08403101560387793,
            -0.03412116661785962,
        ],
        [
            -0.07615070186192363, -0.0747211783749324, 0.012852658979033421,
            0.02571517930487384, -0.006648454699209045, 0.032482317313243504,
            -0.0191785130406909, -0.05735167937801816, 0.05837007475125042,
            -0.1545517156942718, 0.15975005854914254, -0.04563681601215474,
            0.04440986943071314, -0.11723225209644016, 0.017380306335864997,
            0.0600860850790334,
        ],
    ].map { $0.map { Value($0) } }
    let xAttn = [
        -0.08565203985399694, -0.017738710286329794, -0.008561290473516284,
        0.03720938196199047, 0.039616937617316356, -0.042409976392451705,
        -0.03255359825319558, -0.020835050591832844, 0.006934449824592796,
        -0.04908115109902601, 0.090303351717224, -0.08610849702592305,
        0.0641680697532077, -0.05726820712274088, -0.03296546006337252,
        0.013316787565446821,
    ]
}
