import Foundation
import Inspection
import MicroGPT
import PythonRandom

extension Figures {
    static let architecture =
        parameterFigures
        .merging(linearFigures) { $1 }
        .merging(softmaxFigures) { $1 }
        .merging(normFigures) { $1 }
        .merging(headFigures) { $1 }

    static let architecturePictures: [String: Picture] = [
        "dotInOne": { try dotGraph("a dot product in one operation") { dot($0, $1) } },
        "dotFromPlusAndTimes": {
            try dotGraph("the same dot product from + and *", Literal.dot)
        },
    ]
}

// MARK: - 03-01 parameters and embeddings

extension Figures {
    private static let parameterFigures: [String: Figure] = [
        "paramsByMatrix": paramsByMatrix,
        "initialSpread": initialSpread,
        "gradientsAtStart": gradientsAtStart,
        "differentRows": differentRows,
        "lossOfAGuess": lossOfAGuess,
        "embeddingByHand": embeddingByHand,
        "rowsRead": rowsRead,
        "vowelDistances": vowelDistances,
        "withoutPositions": withoutPositions,
    ]

    @Sendable private static func paramsByMatrix() throws -> [String] {
        let (lesson, gist) = (try TrainingRun.start(.lesson).gpt, try TrainingRun.start(.gist).gpt)
        func row(_ names: String, _ pythonNames: String, _ matrices: (GPT) -> [Matrix]) -> [String]
        {
            let (first, count) = (matrices(lesson)[0], matrices(lesson).count)
            let counts = [lesson, gist].map { gpt in
                "\(matrices(gpt).reduce(0) { $0 + $1.joined().count })"
            }
            let rows = [lesson, gist].map { "\(matrices($0)[0].count)" }
            let shape =
                "\(Set(rows).count > 1 ? rows.joined(separator: " or ") : rows[0])"
                + " × \(first[0].count)"
            return [names, pythonNames, count > 1 ? "\(count) of \(shape)" : shape] + counts
        }
        return table(
            ["matrix", "in microgpt.py", "rows × columns", "`lesson`", "`gist`"],
            [
                row("`wte`, `lmHead`", "`wte`, `lm_head`") { [$0.wte, $0.lmHead] },
                row("`wpe`", "`wpe`") { [$0.wpe] },
                row("`attnWq`, `attnWk`, `attnWv`, `attnWo`", "`layer0.attn_wq` …") {
                    [$0.layers[0].attnWq, $0.layers[0].attnWk, $0.layers[0].attnWv]
                        + [$0.layers[0].attnWo]
                },
                row("`mlpFc1`", "`layer0.mlp_fc1`") { [$0.layers[0].mlpFc1] },
                row("`mlpFc2`", "`layer0.mlp_fc2`") { [$0.layers[0].mlpFc2] },
                ["all", "", "", "\(lesson.params.count)", "\(gist.params.count)"],
            ])
    }

    /// The same random numbers, wider and wider.
    @Sendable private static func initialSpread() throws -> [String] {
        let rows = try [0, 0.02, 0.08, 1].map { std in
            var config = Config.lesson
            config.initStd = std
            let (gpt, names) = (try TrainingRun.start(config).gpt, try TrainingRun.documents())
            let logits = try Architecture.logits(gpt, after: "")[0]
            let loss = try Architecture.loss(gpt, of: names[0])
            loss.backward()
            let learning = gpt.params.count { $0.grad != 0 }
            return [
                short(std),
                places((logits.max() ?? 0) - (logits.min() ?? 0)),
                places(loss.data), "\(learning)",
            ]
        }
        let head = [
            "`initStd`", "largest logit minus smallest", "first loss", "parameters with a gradient",
        ]
        return table(head, rows)
    }

    /// How many numbers of attnWq, attnWk and attnWv have a gradient in step 1, and in step 2.
    @Sendable private static func gradientsAtStart() throws -> [String] {
        let (gpt, names) = (try TrainingRun.start().gpt, try TrainingRun.documents())
        let layer = gpt.layers[0]
        var adam = Adam(paramCount: gpt.params.count)
        return try (0..<2).map { step in
            try Architecture.loss(gpt, of: names[step]).backward()
            defer { adam.update(gpt.params, gpt.config) }
            let numbers = (layer.attnWq + layer.attnWk + layer.attnWv).joined()
            return "\(numbers.count { $0.grad != 0 })"
        }
    }

    /// The different rows of `mlpFc1` after three steps, from random numbers and from equal ones.
    @Sendable private static func differentRows() throws -> [String] {
        try [false, true].map { isEqual in
            let (gpt, names) = (try TrainingRun.start().gpt, try TrainingRun.documents())
            if isEqual { for p in gpt.params { p.data = gpt.config.initStd } }
            var adam = Adam(paramCount: gpt.params.count)
            for name in names.prefix(3) { _ = try gpt.trainStep(name, &adam) }
            return "\(Set(gpt.layers[0].mlpFc1.map { $0.map(\.data) }).count)"
        }
    }

    /// What the loss of a guess among 27 tokens is.
    @Sendable private static func lossOfAGuess() throws -> [String] {
        [places(log(Double(try TrainingRun.start().gpt.tokenizer.vocabSize)))]
    }

    /// The first numbers of "e" at position 1.
    @Sendable private static func embeddingByHand() throws -> [String] {
        let trace = try ForwardTrace(of: "emma", by: try TrainedModel.load())
        let steps = trace.positions[1].steps.prefix(3)
        return table(
            ["", "first four numbers"],
            zip(["row 4 of `wte`", "row 1 of `wpe`", "their sum"], steps).map { name, step in
                [name, list(Array(step.values.prefix(4)))]
            })
    }

    /// How many rows of wte, then of wpe, get a gradient from "emma".
    @Sendable private static func rowsRead() throws -> [String] {
        let gpt = try TrainingRun.start().gpt
        try Architecture.loss(gpt, of: "emma").backward()
        return [gpt.wte, gpt.wpe].map { matrix in
            "\(matrix.count { row in row.contains { $0.grad != 0 } })"
        }
    }

    /// The mean distance of two vowels, two consonants, and one of each, before and after training.
    @Sendable private static func vowelDistances() throws -> [String] {
        let models = [try TrainingRun.start().gpt, try TrainedModel.load()]
        let characters = models[0].tokenizer.characters
        let vowels = characters.indices.filter { "aeiou".unicodeScalars.contains(characters[$0]) }
        let consonants = characters.indices.filter { !vowels.contains($0) }
        func meanDistance(_ a: [Int], _ b: [Int], _ gpt: GPT) -> Double {
            let pairs = a.flatMap { i in b.filter { $0 != i }.map { (i, $0) } }
            return mean(
                pairs.map { i, j in
                    let squares = zip(gpt.wte[i], gpt.wte[j]).map { x, y in
                        (x.data - y.data) * (x.data - y.data)
                    }
                    return squares.reduce(0, +).squareRoot()
                })
        }
        return models.flatMap { gpt in
            [(vowels, vowels), (consonants, consonants), (vowels, consonants)].map { a, b in
                places(meanDistance(a, b, gpt))
            }
        }
    }

    /// The largest difference of a logit after two names with the same letters and the same last
    /// letter, in the trained model, and in one that has no positions.
    @Sendable private static func withoutPositions() throws -> [String] {
        let gpt = try TrainedModel.load()
        func difference() throws -> String {
            let last = try ["elia", "ilea"].map { try Architecture.logits(gpt, after: $0)[4] }
            return places(zip(last[0], last[1]).map { abs($0 - $1) }.max() ?? 0)
        }
        let with = try difference()
        for p in gpt.wpe.joined() { p.data = 0 }
        return [with, try difference()]
    }
}

// MARK: - 03-02 linear layers

extension Figures {
    private static let linearFigures: [String: Figure] = [
        "linearByHand": linearByHand,
        "linearGradients": linearGradients,
        "linearTransposed": linearTransposed,
        "nodesOfADocument": nodesOfADocument,
        "nodesRatio": nodesRatio,
        "nodesOfADot": nodesOfADot,
        "sameBits": sameBits,
    ]

    private static func matrix(_ rows: [[Double]]) -> Matrix { rows.map { $0.map { Value($0) } } }

    @Sendable private static func linearByHand() -> [String] {
        let w = matrix([[1, 2, 3], [4, 5, 6]])
        let x = [2.0, 0, -1].map { Value($0) }
        let rows = zip(w, linear(x, w)).map { row, y in
            let products = zip(row, x).map { w, x in
                "\(short(w.data))·\(short(x.data))"
            }
            let text = row.map { short($0.data) }.joined(separator: ", ")
            return [text, products.joined(separator: " + "), short(y.data)]
        }
        return table(["row of `w`", "times `x`, which is 2, 0, -1", "result"], rows)
    }

    @Sendable private static func linearGradients() -> [String] {
        let w = matrix([[1, 2, 3], [4, 5, 6]])
        let x = [2.0, 0, -1].map { Value($0) }
        let y = linear(x, w)
        (y[0] + 10 * y[1]).backward()
        func row(_ name: String, _ values: [Value]) -> [String] {
            [name, values.map { short($0.grad) }.joined(separator: ", ")]
        }
        return table(
            ["", "gradient of y[0] + 10·y[1]"],
            [
                row("`y`", y), row("`w[0]`", w[0]), row("`w[1]`", w[1]), row("`x`", x),
            ])
    }

    @Sendable private static func linearTransposed() -> [String] {
        let w = matrix([[1, 2], [3, 4]])
        let x = [Value(1), Value(10)]
        let columns = [0, 1].map { j in w.map { row in row[j] } }
        func text(_ values: [Value]) -> String {
            values.map { short($0.data) }.joined(separator: ", ")
        }
        return table(
            ["`w` is 1, 2 and 3, 4; `x` is 1, 10", "result"],
            [
                ["rows times `x`", text(linear(x, w))],
                ["columns times `x`", text(linear(x, columns))],
            ]
        )
    }

    /// How many there are of each kind, with `dot` and `sum`, and without.
    private struct NodeCounts {
        var operations: [Value.Operation: [Int]] = [:]
        var params = [0, 0]
        var constants = [0, 0]

        var made: [Int] { [0, 1].map { i in operations.values.reduce(0) { $0 + $1[i] } } }
        var all: [Int] { [0, 1].map { made[$0] + params[$0] + constants[$0] } }
    }

    /// The graph of the first document's loss, with `dot` and `sum`, and without.
    private static func nodeCounts() throws -> NodeCounts {
        let (gpt, names) = (try TrainingRun.start().gpt, try TrainingRun.documents())
        let tokens = try gpt.tokenizer.tokens(of: names[0])
        let params = Set(gpt.params.map(ObjectIdentifier.init))
        var counts = NodeCounts()
        for (i, loss) in [gpt.loss(tokens), Literal.parts.loss(gpt, tokens)].enumerated() {
            for value in loss.numbers() {
                if value.operation != .leaf {
                    counts.operations[value.operation, default: [0, 0]][i] += 1
                } else if params.contains(ObjectIdentifier(value)) {
                    counts.params[i] += 1
                } else {
                    counts.constants[i] += 1
                }
            }
        }
        return counts
    }

    @Sendable private static func nodesOfADocument() throws -> [String] {
        let counts = try nodeCounts()
        func row(_ name: String, _ pair: [Int]) -> [String] {
            [name, "\(pair[1])", "\(pair[0])"]
        }
        let operations: [(Value.Operation, String)] = [
            (.add, "made by `+`"), (.multiply, "made by `*`"), (.dot, "made by `dot`"),
            (.sum, "made by `sum`"), (.pow, "made by `pow`"), (.exp, "made by `exp`"),
            (.log, "made by `log`"), (.relu, "made by `relu`"),
        ]
        let rows = operations.map { row($1, counts.operations[$0] ?? [0, 0]) }
        return table(
            ["numbers in the graph", "without `dot` and `sum`", "with them"],
            rows + [
                row("all that operations made", counts.made), row("constants", counts.constants),
                row("parameters", counts.params), row("all", counts.all),
            ])
    }

    /// Of all numbers, then of those that operations made: how many times as many without `dot`.
    @Sendable private static func nodesRatio() throws -> [String] {
        let counts = try nodeCounts()
        return [counts.all, counts.made].map { pair in
            places(Double(pair[1]) / Double(pair[0]), 1)
        }
    }

    /// What a dot product of 16 pairs adds to a graph: in one operation, and from + and *.
    @Sendable private static func nodesOfADot() throws -> [String] {
        let (w, x) = (
            matrix([[Double](repeating: 1, count: 16)])[0],
            matrix([[Double](repeating: 2, count: 16)])[0]
        )
        return [dot(w, x), Literal.dot(w, x)].map { "\($0.numbers().count - 32)" }
    }

    @Sendable private static func sameBits() throws -> [String] {
        let (gpt, names) = (try TrainingRun.start().gpt, try TrainingRun.documents())
        let tokens = try gpt.tokenizer.tokens(of: names[0])
        func run(_ loss: Value) -> (loss: UInt64, grads: [UInt64]) {
            for p in gpt.params { p.grad = 0 }
            loss.backward()
            return (loss.data.bitPattern, gpt.params.map(\.grad.bitPattern))
        }
        let (a, b) = (run(gpt.loss(tokens)), run(Literal.parts.loss(gpt, tokens)))
        let different = zip(a.grads, b.grads).count { $0 != $1 }
        return table(
            ["", "the same bits", "other bits"],
            [
                ["loss", a.loss == b.loss ? "1" : "0", a.loss == b.loss ? "0" : "1"],
                ["gradients", "\(a.grads.count - different)", "\(different)"],
            ])
    }

    private static func dotGraph(
        _ title: String, _ dot: ([Value], [Value]) -> Value
    ) throws -> SVG {
        let w = [1.0, 2, 3].enumerated().map { i, x in Value(x, label: "w[\(i)]") }
        let x = [2.0, 0, -1].enumerated().map { i, x in Value(x, label: "x[\(i)]") }
        let y = dot(w, x)
        y.label = "y"
        y.backward()
        return try graphPicture(of: y, title: title)
    }
}

// MARK: - 03-03 softmax

extension Figures {
    private static let softmaxFigures: [String: Figure] = [
        // How far below the largest a logit has no chance at all, in whole numbers.
        "vanishingLogit": {
            (700...800).first { softmax([Value(0), Value(-Double($0))])[1].data == 0 }
                .map { ["\($0)"] } ?? []
        },
        "softmaxSteps": softmaxSteps,
        "softmaxShift": softmaxShift,
        "softmaxOverflow": softmaxOverflow,
        "softmaxDerivatives": softmaxDerivatives,
        "softmaxLoss": softmaxLoss,
        "largestLogit": largestLogit,
        "softmaxDetached": softmaxDetached,
    ]

    private static func exampleLogits() -> [Value] { [2.1, 0.3, -0.5].map { Value($0) } }

    @Sendable private static func softmaxSteps() -> [String] {
        let logits = exampleLogits()
        let shifted = logits.map { $0.data - logits[0].data }
        let exps = shifted.map { exp($0) }
        let probs = softmax(logits).map(\.data)
        var rows = logits.indices.map { i in
            [
                short(logits[i].data), places(shifted[i], 1),
                places(exps[i]), places(probs[i]),
            ]
        }
        rows.append(
            [
                "sum", "", places(exps.reduce(0, +)),
                places(probs.reduce(0, +)),
            ])
        return table(
            ["logit", "minus the largest", "its exponential", "divided by the sum"], rows)
    }

    @Sendable private static func softmaxShift() -> [String] {
        let lists = [
            ("2.1, 0.3, -0.5", exampleLogits()),
            ("100 more: 102.1, 100.3, 99.5", exampleLogits().map { $0 + 100 }),
            ("100 less: -97.9, -99.7, -100.5", exampleLogits().map { $0 - 100 }),
            ("twice as large: 4.2, 0.6, -1", exampleLogits().map { 2 * $0 }),
        ]
        return table(
            ["logits", "softmax"], lists.map { [$0, list(softmax($1))] })
    }

    private static func naiveSoftmax(_ logits: [Value]) -> [Value] {
        let exps = logits.map { $0.exp() }
        let total = sum(exps)
        return exps.map { $0 / total }
    }

    @Sendable private static func softmaxOverflow() -> [String] {
        let lists: [[Double]] = [[1, 2], [709, 710], [1000, 1000], [-1000, -1000]]
        func text(_ probs: [Value]) -> String {
            probs.map { $0.data.isNaN ? "nan" : places($0.data) }
                .joined(separator: ", ")
        }
        return table(
            ["logits", "exponentials", "without the subtraction", "with it"],
            lists.map { numbers in
                let logits = numbers.map { Value($0) }
                return [
                    numbers.map { short($0) }.joined(separator: ", "),
                    numbers.map { String(format: "%.4g", exp($0)) }.joined(separator: ", "),
                    text(naiveSoftmax(logits)), text(softmax(logits)),
                ]
            })
    }

    @Sendable private static func softmaxDerivatives() -> [String] {
        let logits = exampleLogits()
        let rows = logits.indices.map { i in
            for logit in logits { logit.grad = 0 }
            softmax(logits)[i].backward()
            let grads = logits.map(\.grad)
            return ["probs[\(i)]"] + grads.map { places($0) }
                + [places(grads.reduce(0, +))]
        }
        return table(
            ["derivative of", "by logits[0]", "by logits[1]", "by logits[2]", "sum"], rows)
    }

    @Sendable private static func softmaxLoss() -> [String] {
        let logits = exampleLogits()
        let probs = softmax(logits)
        (-probs[0].log()).backward()
        return table(
            ["", "0", "1", "2"],
            [
                ["probability"] + probs.map { places($0.data) },
                ["gradient of -log(probs[0])"] + logits.map { places($0.grad) },
            ])
    }

    /// The largest logit, either sign, that the trained model gives in fifty names.
    @Sendable private static func largestLogit() throws -> [String] {
        let gpt = try TrainedModel.load()
        let names = try TrainingRun.documents()[500..<520]
        let all = try names.flatMap { try Architecture.logits(gpt, after: String($0.prefix(7))) }
        return [places(all.joined().map { abs($0) }.max() ?? 0, 1)]
    }

    /// The gradient of -log(probs[0]) if the denominator is taken as a plain number.
    @Sendable private static func softmaxDetached() -> [String] {
        func gradients(_ softmax: ([Value]) -> [Value]) -> [String] {
            let logits = exampleLogits()
            let probs = softmax(logits)
            (-probs[0].log()).backward()
            return [list(probs), list(logits.map(\.grad))]
        }
        let detached = gradients { logits in
            let exps = logits.map { $0.exp() }
            let total = sum(exps).data
            return exps.map { $0 / total }
        }
        return table(
            ["denominator", "probabilities", "gradient of -log(probs[0])"],
            [["a `Value`"] + gradients(softmax), ["a plain number"] + detached])
    }
}

// MARK: - 03-04 normalization

extension Figures {
    private static let normFigures: [String: Figure] = [
        "rmsnormSteps": rmsnormSteps,
        "normsSideBySide": normsSideBySide,
        "normOfOne": normOfOne,
        "normOfZero": normOfZero,
        "rmsnormDetached": rmsnormDetached,
        "rmsOfEmbeddings": rmsOfEmbeddings,
        "sizesWithoutNorm": sizesWithoutNorm,
    ]

    private static func rms(_ x: [Double]) -> Double {
        mean(x.map { $0 * $0 }).squareRoot()
    }

    @Sendable private static func rmsnormSteps() -> [String] {
        let x = [1.0, -2, 3].map { Value($0) }
        let y = rmsnorm(x)
        let ms = dot(x, x) / 3
        return table(
            ["", "numbers", "root mean square"],
            [
                [
                    "`x`", x.map { short($0.data) }.joined(separator: ", "),
                    places(rms(x.map(\.data)), 6),
                ],
                ["`ms`", places(ms.data), ""],
                ["`scale`", places((ms + 1e-5).pow(-0.5).data), ""],
                ["result", list(y), places(rms(y.map(\.data)), 6)],
            ])
    }

    /// Each coordinate to mean 0 and variance 1 over the batch, as batch norm does in training (S.
    /// Ioffe and C. Szegedy, 2015), without a learned gain and bias.
    private static func batchnorm(_ batch: [[Double]]) -> [[Double]] {
        let columns = batch[0].indices.map { j in
            let column = batch.map { $0[j] }
            let centre = mean(column)
            let variance = mean(column.map { ($0 - centre) * ($0 - centre) })
            return column.map { ($0 - centre) / (variance + 1e-5).squareRoot() }
        }
        return batch.indices.map { i in columns.map { $0[i] } }
    }

    @Sendable private static func normsSideBySide() -> [String] {
        let batch: [[Double]] = [[1, 2, 3, 6], [10, 20, 30, 60], [11, 12, 13, 16]]
        let batchNormed = batchnorm(batch)
        let rows = zip(batch, batchNormed).map { row, batchNormed in
            let x = row.map { Value($0) }
            return [
                list(row, 0), list(rmsnorm(x), 2),
                list(layernorm(x), 2), list(batchNormed, 2),
            ]
        }
        return table(["vector", "rmsnorm", "layernorm", "batch norm"], rows)
    }

    @Sendable private static func normOfOne() -> [String] {
        let x = [1.0, 2, 3, 6]
        return [list(batchnorm([x])[0], 2)]
    }

    @Sendable private static func normOfZero() -> [String] {
        let zero = [0.0, 0, 0].map { Value($0) }
        let scale = (dot(zero, zero) / 3).pow(-0.5)
        func text(_ x: [Value]) -> String {
            x.map { $0.data.isNaN ? "nan" : short($0.data) }.joined(separator: ", ")
        }
        return table(
            ["0, 0, 0 through", "result"],
            [
                ["`rmsnorm`", text(rmsnorm(zero))],
                ["the same without 1e-5", text(zero.map { $0 * scale })],
            ])
    }

    /// The gradient of the first of three outputs, with the scale as it is and as a plain number.
    @Sendable private static func rmsnormDetached() -> [String] {
        func gradients(_ rmsnorm: ([Value]) -> [Value]) -> [String] {
            let x = [1.0, -2, 3].map { Value($0) }
            let y = rmsnorm(x)
            y[0].backward()
            return [list(y), list(x.map(\.grad))]
        }
        let x = [1.0, -2, 3].map { Value($0) }
        let differences = checkGradients(by: x) { rmsnorm(x)[0] }
        return table(
            ["", "result", "gradient of its first number"],
            [
                ["`scale` is a `Value`"] + gradients(rmsnorm),
                ["`scale` is a plain number"]
                    + gradients { x in
                        let scale = (dot(x, x) / Double(x.count) + 1e-5).pow(-0.5).data
                        return x.map { $0 * scale }
                    },
                ["finite differences", "", list(differences.map(\.central))],
            ])
    }

    /// The root mean square of BOS's embedding at position 0 before and after the first rmsnorm.
    @Sendable private static func rmsOfEmbeddings() throws -> [String] {
        let models = [try TrainingRun.start().gpt, try TrainedModel.load()]
        let rows = zip(["before training", "after training"], models).map { name, gpt in
            let x = zip(gpt.wte[gpt.tokenizer.bos], gpt.wpe[0]).map { t, p in t + p }
            return [
                name, places(rms(x.map(\.data))),
                places(rms(rmsnorm(x).map(\.data))),
            ]
        }
        return table(
            ["root mean square of BOS at position 0", "token + position", "after rmsnorm"], rows)
    }

    /// Two digits or so.
    private static func size(_ x: Double) -> String {
        places(x, x < 0.01 ? 6 : x < 10 ? 2 : 0)
    }

    /// How large numbers become in a stack of linear layers, with and without norms between.
    @Sendable private static func sizesWithoutNorm() throws -> [String] {
        let rows = [0.1, 0.25, 0.5].map { std in
            var rng = PythonRandom(seed: 42)
            var plain = (0..<16).map { _ in Value(rng.gauss(0, 1)) }
            var normed = rmsnorm(plain)
            for _ in 0..<10 {
                let w = (0..<16).map { _ in (0..<16).map { _ in Value(rng.gauss(0, std)) } }
                plain = linear(plain, w)
                normed = linear(rmsnorm(normed), w)
            }
            return [
                short(std), size(rms(plain.map(\.data))),
                size(rms(normed.map(\.data))),
            ]
        }
        return table(
            ["standard deviation of the weights", "10 linear layers", "with rmsnorm before each"],
            rows)
    }
}
