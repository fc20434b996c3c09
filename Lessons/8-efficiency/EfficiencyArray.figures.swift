import Efficiency
import Foundation
import Inspection
import MicroGPT
import PythonRandom

extension Figures {
    static let efficiencyArrays = byHandFigures.merging(vectorFigures) { $1 }

    static let efficiencyArrayPictures: [String: Picture] = ["packedNames": packedNames]

    private static func numbers(_ count: Int, seed: UInt64) -> [Double] {
        var rng = PythonRandom(seed: seed)
        return (0..<count).map { _ in rng.gauss(0, 1) }
    }

    private static func yesOrNo(_ isSo: Bool) -> String { isSo ? "yes" : "no" }
}

// MARK: - 8-4 arrays

extension Figures {
    private static let byHandFigures: [String: Figure] = [
        "rmsnormByHand": rmsnormByHand,
        "layersByHand": layersByHand,
        "softmaxDiagonal": softmaxDiagonal,
        "sumsOfFour": sumsOfFour,
        "arraysAgree": arraysAgree,
    ]

    @Sendable private static func rmsnormByHand() -> [String] {
        let (x, dY) = ([1.0, -2, 3, 0.5], [1.0, 0, 0.5, -1])
        let (y, dX) = ArrayLayers.rmsnorm(x, positions: 1, dY: dY)
        let values = x.map { Value($0) }
        dot(rmsnorm(values), dY.map { Value($0) }).backward()
        let scale = 1 / (mean(x.map { $0 * $0 }) + 1e-5).squareRoot()
        let along = power(scale, 3) * mean(zip(x, dY).map { $0 * $1 })
        let rows = x.indices.map { i in
            [short(x[i]), places(y[i]), short(dY[i]), places(scale * dY[i]), places(along * x[i])]
                + [places(dX[i], 12), places(values[i].grad, 12)]
        }
        return table(
            ["x", "y", "dY", "s dY", "s³ x (x · dY) / 4", "dX by hand", "from `backward()`"], rows)
    }

    /// A layer, the derivatives that its formula gives, and the same function on the graph: the sum
    /// of all that it makes, where number i counts dY[i] times.
    private struct Trial {
        let name: String
        let inputs: [[Double]]
        let byHand: [[Double]]
        let function: ([[Value]]) -> Value

        var row: [String] {
            let values = inputs.map { $0.map { Value($0) } }
            let found = byHand.flatMap { $0 }
            let differences = checkGradients(by: values.flatMap { $0 }) { function(values) }
            let largest = found.map(abs).max() ?? 0
            let asGraph = zip(found, differences).count {
                abs($0 - $1.backward) <= 1e-12 * largest
            }
            let asDifference = zip(found, differences).count {
                GradientDifference(backward: $0, central: $1.central).isWithinTolerance
            }
            return [name, "\(found.count)", "\(asGraph)", "\(asDifference)"]
        }
    }

    private static func rows(_ values: [Value], _ width: Int) -> [[Value]] {
        stride(from: 0, to: values.count, by: width).map { Array(values[$0..<$0 + width]) }
    }

    @Sendable private static func layersByHand() -> [String] {
        let (n, tokens) = (4, [3, 0, 3, 1, 2])
        let dY = numbers(n * 6, seed: 1)
        func weighted(_ y: [[Value]]) -> Value { dot(y.flatMap { $0 }, dY.map { Value($0) }) }

        let (x, w) = (numbers(n * 6, seed: 2), numbers(36, seed: 3))
        let (wte, wpe) = (numbers(4 * 6, seed: 4), numbers(n * 6, seed: 5))
        let qkv = numbers(n * 18, seed: 6)
        let embedded = ArrayLayers.embedding(wte, wpe, tokens: tokens, positions: n, dY: dY)
        let product = ArrayLayers.linear(x, w, positions: n, dY: dY)
        let trials = [
            Trial(name: "embedding", inputs: [wte, wpe], byHand: [embedded.dWte, embedded.dWpe]) {
                let (wte, wpe) = (rows($0[0], 6), rows($0[1], 6))
                return weighted((0..<n).map { t in zip(wte[tokens[t]], wpe[t]).map { $0 + $1 } })
            },
            Trial(
                name: "rmsnorm", inputs: [x],
                byHand: [ArrayLayers.rmsnorm(x, positions: n, dY: dY).dX]
            ) { weighted(rows($0[0], 6).map(rmsnorm)) },
            Trial(name: "linear", inputs: [x, w], byHand: [product.dX, product.dW]) {
                let w = rows($0[1], 6)
                return weighted(rows($0[0], 6).map { linear($0, w) })
            },
            Trial(
                name: "attention, 2 heads", inputs: [qkv],
                byHand: [ArrayLayers.attention(qkv, positions: n, heads: 2, dY: dY).dQKV]
            ) { weighted(attention(rows($0[0], 18), heads: 2)) },
            Trial(
                name: "relu", inputs: [x], byHand: [ArrayLayers.activation(.relu, x, dY: dY).dX]
            ) { weighted([$0[0].map { $0.relu() }]) },
            Trial(
                name: "relu, squared", inputs: [x],
                byHand: [ArrayLayers.activation(.squaredRelu, x, dY: dY).dX]
            ) { weighted([$0[0].map { $0.relu().pow(2) }]) },
            Trial(
                name: "softmax and loss", inputs: [x],
                byHand: [ArrayLayers.loss(x, tokens: tokens).dLogits]
            ) {
                let probs = rows($0[0], 6).map(softmax)
                return sum((0..<n).map { probs[$0][tokens[$0 + 1]].log() }) * (-1 / Double(n))
            },
        ]
        return table(
            ["layer", "derivatives", "as `backward()`, to 1e-12", "as finite differences"],
            trials.map(\.row))
    }

    /// As in the single file, of rows with queries, keys and values side by side.
    private static func attention(_ qkv: [[Value]], heads: Int) -> [[Value]] {
        let width = qkv[0].count / 3
        let headDim = width / heads
        return qkv.indices.map { t in
            (0..<heads).flatMap { h in
                func part(_ s: Int, _ which: Int) -> [Value] {
                    Array(qkv[s][(which * width + h * headDim)...].prefix(headDim))
                }
                let logits = (0...t).map {
                    dot(part(t, 0), part($0, 1)) / Double(headDim).squareRoot()
                }
                let weights = softmax(logits)
                return (0..<headDim).map { j in dot(weights, (0...t).map { part($0, 2)[j] }) }
            }
        }
    }

    /// Softmax backward with all of its derivatives, and with those of each weight by its own logit
    /// alone.
    @Sendable private static func softmaxDiagonal() -> [String] {
        let (logits, d) = ([2.0, 1, 0, -1].map { Value($0) }, [1.0, 0, -1, 2])
        let differences = checkGradients(by: logits) { dot(softmax(logits), d.map { Value($0) }) }
        let w = softmax(logits).map(\.data)
        let average = zip(w, d).map { $0 * $1 }.reduce(0, +)
        let sums = [
            zip(w, d).map { $0 * ($1 - average) }.reduce(0, +),
            differences.map(\.central).reduce(0, +),
        ]
        let rows = w.indices.map { i in
            [short(logits[i].data), places(w[i]), short(d[i]), places(w[i] * d[i])]
                + [places(w[i] * (d[i] - average)), places(differences[i].central)]
        }
        let last = ["sum", places(w.reduce(0, +)), "", places(average)] + sums.map { places($0) }
        return table(
            ["logit", "w", "d", "w d", "w (d - Σ w d)", "finite differences"], rows + [last])
    }

    /// How many of 1000 dot products round otherwise with four sums at a time; then the largest
    /// difference, in units of the sum of all sizes.
    @Sendable private static func sumsOfFour() -> [String] {
        let (count, width) = (1000, 16)
        let (x, y) = (numbers(count * width, seed: 1), numbers(count * width, seed: 2))
        let differences = (0..<count).map { row in
            let products = (row * width..<(row + 1) * width).map { x[$0] * y[$0] }
            let inOrder = products.reduce(0, +)
            let sums = (0..<4).map { lane in
                stride(from: lane, to: width, by: 4).reduce(0) { $0 + products[$1] }
            }
            let atOnce = (sums[0] + sums[2]) + (sums[1] + sums[3])
            return abs(atOnce - inOrder) / products.map(abs).reduce(0, +)
        }
        let largest = differences.max() ?? 0
        return ["\(differences.count { $0 > 0 })", String(format: "%.1e", largest)]
    }

    /// How near the gradients of an engine are to those of the single file.
    private static func agreement(
        _ rung: Rung, _ documents: [[String]], within tolerances: [Double]
    ) throws -> [[String]] {
        let (gpt, _) = try TrainingRun.start(.gist)
        var (single, engine) = (try Rung.dots.engine(gpt), try rung.engine(gpt))
        return try documents.map { names in
            let tokens = try names.map { try gpt.tokenizer.tokens(of: $0) }
            let expected = single.lossAndGradients(tokens)
            let gradients = engine.lossAndGradients(tokens).gradients
            let largest = expected.gradients.map(abs).max() ?? 0
            let error = zip(gradients, expected.gradients).map { abs($0 - $1) }.max() ?? .nan
            return [names.joined(separator: ", "), "\(gradients.count)", places(expected.loss)]
                + tolerances.map { yesOrNo(error <= $0 * largest) }
        }
    }

    @Sendable private static func arraysAgree() throws -> [String] {
        table(
            ["document", "gradients", "loss", "the same bits", "within 1e-12 of the largest"],
            try agreement(.arrays, [["emma"], ["isabella"]], within: [0, 1e-12]))
    }
}

// MARK: - 8-5 vectors

extension Figures {
    private static let vectorFigures: [String: Figure] = [
        "lanesWithWork": lanesWithWork,
        "exponentialSteps": exponentialSteps,
        "exponentialError": exponentialError,
        "shrinkingMoments": shrinkingMoments,
        "smallestNormal": { [String(format: "%.1e", Double(Float.leastNormalMagnitude))] },
        "floatsAgree": floatsAgree,
        "threadBits": threadBits,
        "sameQuality": sameQuality,
        // As "arithmeticShare", at embedding 64.
        "arithmeticShare64": {
            let ladder = try Ladder.record("ladder-64")
            return ladder.rows.map { digits(100 * ladder.limit.microseconds / $0.median) }
        },
    ]

    private static let packed = ["olivia", "emma", "bo"]

    /// For each position of each document, its column and its token.
    private static func columns() throws -> [[(column: Int, token: String)]] {
        let gpt = try TrainingRun.start().gpt
        let documents = try packed.map { name in
            try gpt.tokenizer.tokens(of: name).map { gpt.name(of: $0) }
        }
        var columns = documents.map { _ in [(column: Int, token: String)]() }
        var next = 0
        for t in 0..<(documents.map(\.count).max() ?? 1) - 1 {
            for d in documents.indices where documents[d].count > t + 1 {
                columns[d].append((next, documents[d][t]))
                next += 1
            }
        }
        return columns
    }

    @Sendable private static func packedNames() throws -> SVG {
        let columns = try columns()
        let (side, left) = (24.0, 76.0)
        let order = columns.joined().sorted { $0.column < $1.column }.map(\.token)
        var svg = SVG(
            height: 270, title: "Three names, padded and packed",
            summary: "A row for each of \(packed.joined(separator: ", ")), as long as the longest. "
                + "Packed by position, one vector of 16: \(order.joined(separator: " ")).")
        func box(_ column: (column: Int, token: String)?, x: Double, y: Double) {
            guard let column else {
                return svg.rectangle(x: x, y: y, width: side, height: side, stroke: .faint)
            }
            svg.rectangle(
                x: x, y: y, width: side, height: side, fill: .accent, stroke: .muted, opacity: 0.2)
            svg.text(
                column.token, x: x + side / 2, y: y + 17, size: column.token.count > 1 ? 11 : 14,
                anchor: .middle, mono: true)
        }
        svg.text("A row for each name, as long as the longest", x: 16, y: 54, bold: true)
        for (d, row) in columns.enumerated() {
            let y = 66 + Double(d) * side
            svg.text(packed[d], x: left - 10, y: y + 17, anchor: .end, fill: .muted)
            for t in columns[0].indices {
                box(t < row.count ? row[t] : nil, x: left + Double(t) * side, y: y)
            }
        }
        svg.text("Packed by position: one vector of 16", x: 16, y: 174, bold: true)
        let y = 186.0
        for i in 0..<16 {
            let column = columns.joined().first { $0.column == i }
            box(column, x: left + Double(i) * side, y: y)
        }
        svg.text("token", x: left - 10, y: y + 17, anchor: .end, fill: .muted)
        svg.text("position", x: left - 10, y: y + 50, anchor: .end, fill: .muted)
        for t in columns[0].indices {
            let here = columns.filter { $0.count > t }.map { $0[t].column }
            let start = left + Double(here[0]) * side
            let end = start + Double(here.count) * side
            svg.line(from: (start + 3, y + 33), to: (end - 3, y + 33), stroke: .second)
            svg.text("\(t)", x: (start + end) / 2, y: y + 50, anchor: .middle)
        }
        return svg
    }

    /// How many of the lanes have a token, in batches of 16 names, with vectors of 16.
    @Sendable private static func lanesWithWork() throws -> [String] {
        let names = try TrainingRun.documents()
        func whole(_ count: Int) -> Int { (count + 15) / 16 * 16 }
        var (tokens, padded, packed, pairs, lanesOfPairs) = (0, 0, 0, 0, 0)
        for batch in 0..<100 {
            let lengths = names[16 * batch..<16 * batch + 16].map {
                min($0.unicodeScalars.count + 1, Config.gist.blockSize)
            }
            let longest = lengths.max() ?? 0
            let sum = lengths.reduce(0, +)
            (tokens, padded, packed) = (tokens + sum, padded + 16 * longest, packed + whole(sum))
            for t in 0..<longest {
                let active = lengths.count { $0 > t }
                pairs += active * (t + 1)
                lanesOfPairs += whole(active) * (t + 1)
            }
        }
        func percent(_ part: Int, _ all: Int) -> String {
            "\(Int((100 * Double(part) / Double(all)).rounded())) %"
        }
        return table(
            ["100 batches of 16 names", "lanes with work"],
            [
                ["padded to the longest name", percent(tokens, padded)],
                ["packed: norms, linear layers, loss", percent(tokens, packed)],
                ["packed: attention, one position of all documents at a time"]
                    + [percent(pairs, lanesOfPairs)],
            ])
    }

    // The steps of `exponential` in Vectors.swift, for one number.
    private static func exponential(
        _ x: Float
    ) -> (shifted: Float, n: Float, rest: Float, result: Float) {
        let large = Float(3 << 22)
        let shifted = large.addingProduct(x, Float(1 / M_LN2))
        let n = shifted - large
        let rest = x.addingProduct(n, -0.693_359_375).addingProduct(n, 2.121_944_4e-4)
        let series = ([1 / 5040, 1 / 720, 1 / 120, 1 / 24, 1 / 6, 1 / 2, 1, 1] as [Float])
            .reduce(0) { $1.addingProduct($0, rest) }
        let power = Float(bitPattern: (shifted.bitPattern &+ 127) << 23)
        return (shifted, n, rest, series * power)
    }

    @Sendable private static func exponentialSteps() -> [String] {
        let x: Float = -2.75
        let steps = exponential(x)
        return table(
            ["", "x = \(short(Double(x)))"],
            [
                ["12582912 + x / ln 2, rounded to a whole number"]
                    + [short(Double(steps.shifted), digits: 9)],
                ["n, when 12582912 is taken off again", short(Double(steps.n))],
                ["r = x - n ln 2", places(Double(steps.rest), 6)],
                ["2^n times eight terms of the series of e^r", places(Double(steps.result), 6)],
                ["the C library's `exp`", places(exp(Double(x)), 6)],
            ])
    }

    /// The largest relative error of the steps from -87 to 87, and how far `Float`s are apart.
    @Sendable private static func exponentialError() -> [String] {
        let errors = (-8700...8700).map { i in
            let x = Float(i) / 100
            let exact = exp(Double(x))
            return abs(Double(exponential(x).result) - exact) / exact
        }
        return [errors.max() ?? .nan, Double(Float.ulpOfOne)].map { String(format: "%.1e", $0) }
    }

    /// What becomes of a moment without gradients.
    @Sendable private static func shrinkingMoments() -> [String] {
        let (start, beta): (Float, Float) = (1e-3, Float(Config.gist.beta1))
        var (moment, steps) = (start, 0)
        func go(while condition: (Float) -> Bool) -> String {
            while condition(moment) {
                moment *= beta
                steps += 1
            }
            return "\(steps)"
        }
        let (denormal, still) = (go { $0.isNormal }, go { $0 * beta != $0 })
        return table(
            ["first moment", "each step", "denormal after", "stands still after", "at"],
            [
                [short(Double(start)), "× \(short(Double(beta)))", "\(denormal) steps"]
                    + ["\(still) steps", String(format: "%.1e", Double(moment))]
            ])
    }

    @Sendable private static func floatsAgree() throws -> [String] {
        let names = try TrainingRun.documents()
        let batches = [["emma"], Array(names.prefix(3))]
        return table(
            ["documents", "gradients", "loss", "within 1e-12 of the largest", "within 1e-4"],
            try agreement(.simd, batches, within: [1e-12, 1e-4]))
    }

    /// Whether two trainings of 5 steps with 16 names leave the same bits in all parameters.
    @Sendable private static func threadBits() throws -> [String] {
        let (gpt, _) = try TrainingRun.start(.gist)
        let names = try TrainingRun.documents().prefix(80)
        let documents = try names.map { try gpt.tokenizer.tokens(of: $0) }
        func params(_ threads: Int) throws -> [Double] {
            var engine = try Rung.simd.engine(gpt, threads: threads)
            for step in 0..<5 {
                _ = engine.trainStep(Array(documents[16 * step..<16 * step + 16]))
            }
            return engine.params
        }
        let pairs = [(1, 1), (2, 2), (1, 2)]
        return table(
            ["threads, and threads again"] + pairs.map { "\($0), \($1)" },
            [["the same bits"] + (try pairs.map { yesOrNo(try params($0) == params($1)) })])
    }

    /// The mean loss of the last tenth of 100 steps with 16 names, and how near `simd` comes.
    @Sendable private static func sameQuality() throws -> [String] {
        var config = Config.gist
        config.numSteps = 100
        let (gpt, _) = try TrainingRun.start(config)
        let documents = try TrainingRun.documents().prefix(16 * config.numSteps).map {
            try gpt.tokenizer.tokens(of: $0)
        }
        func train(_ rung: Rung) throws -> (first: Double, last: Double) {
            var engine = try rung.engine(gpt)
            let losses = (0..<config.numSteps).map { step in
                engine.trainStep(Array(documents[16 * step..<16 * step + 16]))
            }
            return (losses[0], mean(Array(losses.suffix(config.numSteps / 10))))
        }
        let (arrays, vectors) = (try train(.arrays), try train(.simd))
        return table(
            ["first step", "last 10 of 100, `arrays`", "`simd` within 1 % of that"],
            [
                [places(arrays.first, 2), places(arrays.last, 2)]
                    + [yesOrNo(abs(vectors.last - arrays.last) <= 0.01 * arrays.last)]
            ])
    }
}
