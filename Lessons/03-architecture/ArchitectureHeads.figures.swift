import Course
import Foundation
import Inspection
import MicroGPT
import PythonRandom

// MARK: - 03-05 attention

extension Figures {
    static let headFigures: [String: Figure] = [
        "whatHeadsLookAt": whatHeadsLookAt,
        "weightOfBOS": weightOfBOS,
        "sizeOfAttention": sizeOfAttention,
        "switchedOff": switchedOff,
        "attentionNotLinear": attentionNotLinear,
        "scalingOfLogits": scalingOfLogits,
        "wrongScales": wrongScales,
        "headByHand": headByHand,
    ]

    /// Names that the trained model has not seen.
    private static func newNames(_ count: Int) throws -> [String] {
        Array(try TrainingRun.documents()[500..<500 + count])
    }

    /// What the trained model does with 50 new names: how much each position looks at each, and the
    /// mean size of a residual vector before attention and of what attention adds to it.
    private static let looks = Result {
        let gpt = try TrainedModel.load()
        let traces = try newNames(50).map { try ForwardTrace(of: $0, by: gpt) }
        func meanSize(_ statement: String) -> Double {
            let steps = traces.flatMap(\.positions).compactMap { position in
                position.steps.first { $0.statement == statement }
            }
            return mean(steps.map { rms($0.values) })
        }
        let sizes = [meanSize("xResidual = x"), meanSize("x = linear(xAttn, layer.attnWo)")]
        return (maps: traces.map { AttentionMap($0) }, sizes: sizes)
    }

    /// From position 2 on, each weight times the number of positions: 1 if all were alike.
    @Sendable private static func whatHeadsLookAt() throws -> [String] {
        let maps = try looks.get().maps
        let kinds: [(String, (_ map: AttentionMap, _ q: Int, _ k: Int) -> Bool)] = [
            ("BOS", { _, _, k in k == 0 }),
            ("a vowel", { map, _, k in "aeiou".contains(map.tokens[k]) }),
            ("a consonant", { map, _, k in k > 0 && !"aeiou".contains(map.tokens[k]) }),
            ("the letter before", { _, q, k in k == q - 1 }),
            ("itself", { _, q, k in k == q }),
        ]
        let rows = (0..<Config.lesson.nHead).map { h in
            ["head \(h)"]
                + kinds.map { _, isKind in
                    let weights = maps.flatMap { map in
                        map.tokens.indices.dropFirst(2).flatMap { q in
                            (0...q).filter { isKind(map, q, $0) }.map { k in
                                map.weights[0][h][q][k] * Double(q + 1)
                            }
                        }
                    }
                    return places(mean(weights), 2)
                }
        }
        return table(["how much it looks at"] + kinds.map(\.0), rows)
    }

    /// The mean weight that head 0 gives BOS at position 1 and at position 7, then that of head 1.
    @Sendable private static func weightOfBOS() throws -> [String] {
        let maps = try looks.get().maps
        return [(0, 1), (0, 7), (1, 1), (1, 7)].map { h, q in
            let weights = maps.filter { $0.tokens.count > q }.map { $0.weights[0][h][q][0] }
            return places(mean(weights), 2)
        }
    }

    @Sendable private static func sizeOfAttention() throws -> [String] {
        try looks.get().sizes.map { places($0, 2) }
    }

    /// After the longest training: the loss with attention, and with it switched off afterwards.
    @Sendable private static func switchedOff() throws -> [String] {
        let record = try ExperimentRecord(contentsOf: Experiment.attention.record)
        let steps = record.steps[record.steps.count - 1]
        return (0...1).map { places(record.estimate($0, "full", steps: steps).mean, 2) }
    }

    private static func rms(_ x: [Double]) -> Double {
        mean(x.map { $0 * $0 }).squareRoot()
    }

    /// One head over two positions, on the numbers of x, of y, and of their sum.
    private static func head(_ inputs: [[Double]], _ layer: Layer) -> [Double] {
        let x = inputs.map { $0.map { Value($0) } }
        let head = 0..<4
        let q = Array(linear(x[x.count - 1], layer.attnWq)[head])
        let keys = x.map { Array(linear($0, layer.attnWk)[head]) }
        let values = x.map { Array(linear($0, layer.attnWv)[head]) }
        let attnWeights = softmax(keys.map { k in dot(q, k) / 2 })
        return head.map { j in dot(attnWeights, values.map { v in v[j] }).data }
    }

    @Sendable private static func attentionNotLinear() throws -> [String] {
        let gpt = try TrainedModel.load()
        let layer = gpt.layers[0]
        func inputs(_ name: String) throws -> [[Double]] {
            try gpt.tokenizer.tokens(of: name).prefix(2).enumerated().map { posID, id in
                let x = zip(gpt.wte[id], gpt.wpe[posID]).map { t, p in t + p }
                return rmsnorm(x).map(\.data)
            }
        }
        func added(_ a: [[Double]], _ b: [[Double]]) -> [[Double]] {
            zip(a, b).map { zip($0, $1).map { $0 + $1 } }
        }
        let (x, y) = (try inputs("e"), try inputs("m"))
        func rows(_ name: String, _ f: ([[Double]]) -> [Double]) -> [[String]] {
            let sum = zip(f(x), f(y)).map { $0 + $1 }
            return [
                ["\(name): f(x) + f(y)", list(sum)],
                ["\(name): f(x + y)", list(f(added(x, y)))],
            ]
        }
        return table(
            ["", "numbers"],
            rows("the value") { inputs in
                linear(inputs[1].map { Value($0) }, Array(layer.attnWv[0..<4])).map(\.data)
            } + rows("the head") { head($0, layer) })
    }

    /// Random queries and keys with numbers of variance 1: how the weights on 8 positions come out.
    @Sendable private static func scalingOfLogits() -> [String] {
        var rng = PythonRandom(seed: 42)
        let rows = [4, 16, 64, 256].map { width in
            func vector() -> [Value] { (0..<width).map { _ in Value(rng.gauss(0, 1)) } }
            var products: [Double] = []
            var largest = [0.0, 0]
            var steepest = [0.0, 0]
            let rounds = 50
            for _ in 0..<rounds {
                let q = vector()
                let dots = (0..<8).map { _ in dot(q, vector()).data }
                products += dots
                for (i, scale) in [1, Double(width).squareRoot()].enumerated() {
                    let probs = softmax(dots.map { Value($0 / scale) }).map(\.data)
                    largest[i] += (probs.max() ?? 0) / Double(rounds)
                    steepest[i] += (probs.map { $0 * (1 - $0) }.max() ?? 0) / Double(rounds)
                }
            }
            return [
                "\(width)", places(rms(products), 1),
                places(largest[0], 2), places(largest[1], 2),
                places(steepest[0], 2), places(steepest[1], 2),
            ]
        }
        return table(
            [
                "`headDim`", "size of q·k", "largest weight, unscaled", "scaled",
                "largest p(1 - p), unscaled", "scaled",
            ], rows)
    }

    /// The trained model's head 1 at position 1 of "emma", from the numbers that it made there.
    @Sendable private static func headByHand() throws -> [String] {
        let trace = try ForwardTrace(of: "emma", by: try TrainedModel.load())
        func values(_ name: String) -> [Double] {
            trace.positions[1].steps.first { ($0.name, $0.head) == (name, 1) }?.values ?? []
        }
        let (logits, weights) = (values("attnLogits"), values("attnWeights"))
        let rows = logits.indices.map { t in
            [
                ["BOS", "e"][t], places(2 * logits[t]),
                places(logits[t]),
                places(exp(logits[t] - (logits.max() ?? 0))),
                places(weights[t]),
            ]
        }
        return table(
            [
                "looks at", "q·k", "divided by 2", "exponential of what is below the largest",
                "weight",
            ],
            rows)
    }

    /// BOS's weight there if the logits are divided by the root of 4, by nothing, and by 4.
    @Sendable private static func wrongScales() throws -> [String] {
        let trace = try ForwardTrace(of: "emma", by: try TrainedModel.load())
        let step = trace.positions[1].steps.first { $0.name == "attnLogits" && $0.head == 1 }
        let dots = (step?.values ?? []).map { $0 * 2 }
        return [2, 1, 4].map { scale in
            places(softmax(dots.map { Value($0 / scale) })[0].data)
        }
    }
}
