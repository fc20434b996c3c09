import Beyond
import Foundation
import Inspection
import MicroGPT
import PythonRandom

// For the lessons on the MLP block and on the whole function.

extension Figures {
    /// Names to measure the trained model on: every 500th of the file.
    private static func someNames() throws -> [String] {
        let names = try TrainingRun.namesInFile()
        return stride(from: 0, to: names.count, by: 500).map { names[$0] }
    }

    private static let rightLoss = Result { try Parts().meanLoss(TrainedModel.load(), someNames()) }

    static func fourDecimals(_ number: Double) -> String { String(format: "%.4f", number) }

    /// A table of the mean loss of `someNames`: of the trained model, and of variants of it.
    static func lossTable(
        _ title: String, right: String,
        _ variants: KeyValuePairs<String, (inout Parts) throws -> Void>
    ) throws -> [String] {
        let (gpt, names) = (try TrainedModel.load(), try someNames())
        return [
            "| \(title) | mean loss of \(names.count) names |", "|---|---|",
            "| \(right) | \(fourDecimals(try rightLoss.get())) |",
        ]
            + (try variants.map { name, change in
                let loss = try Parts(change).meanLoss(gpt, names)
                return "| \(name) | \(fourDecimals(loss)) |"
            })
    }

    /// What a guess among all tokens costs.
    @Sendable static func lossOfGuessing() throws -> [String] {
        [fourDecimals(log(Double(try TrainedModel.load().tokenizer.vocabSize)))]
    }

    // MARK: - The MLP block

    /// The units after relu, of the trained model at all positions of twelve names.
    private static func units() throws -> [[Double]] {
        let gpt = try TrainedModel.load()
        return try someNames().prefix(12).flatMap { name in
            try ForwardTrace(of: name, by: gpt).positions.flatMap { position in
                position.steps.filter { $0.statement.contains("relu") }.map(\.values)
            }
        }
    }

    /// Positions; units at 0 there, in percent; the fewest and the most that are above 0 at a
    /// position; units that are above 0 nowhere.
    @Sendable static func unitsAtZero() throws -> [String] {
        let positions = try units()
        let all = positions.joined()
        let percent = 100 * Double(all.count { $0 == 0 }) / Double(all.count)
        let counts = positions.map { units in units.count { $0 > 0 } }
        let silent = positions[0].indices.count { u in positions.allSatisfy { $0[u] == 0 } }
        return [
            "\(positions.count)", String(format: "%.0f", percent), "\(counts.min() ?? 0)",
            "\(counts.max() ?? 0)", "\(silent)",
        ]
    }

    @Sendable static func activations() -> [String] {
        func slope(_ function: (Value) -> Value, _ number: Double) -> Double {
            let x = Value(number)
            function(x).backward()
            return x.grad
        }
        let relu = { (x: Value) in x.relu() }
        let squared = { (x: Value) in x.relu().pow(2) }
        return ["| x | relu(x) | its slope | relu(x)² | its slope |", "|---|---|---|---|---|"]
            + [-2, -0.1, 0.1, 0.5, 1, 2].map { number in
                let cells = [
                    number, relu(Value(number)).data, slope(relu, number),
                    squared(Value(number)).data, slope(squared, number),
                ]
                let texts = cells.map { String(format: "%.4g", $0) }
                return "| \(texts.joined(separator: " | ")) |"
            }
    }

    @Sendable static func wrongActivations() throws -> [String] {
        try lossTable(
            "the activation", right: "relu(x)², as in training",
            [
                "none": { $0.mlp = try mlp { $0 } },
                "the square first: relu(x²)": { $0.mlp = try mlp { $0.pow(2).relu() } },
            ])
    }

    /// The trained model's MLP with another activation.
    private static func mlp(_ activation: @escaping (Value) -> Value) throws -> Parts.Block {
        let layers = try TrainedModel.load().layers
        return { x, li in linear(linear(x, layers[li].mlpFc1).map(activation), layers[li].mlpFc2) }
    }

    /// Without an activation: two matrices one after the other, and their product.
    @Sendable static func twoMatricesAreOne() throws -> [String] {
        let layer = try TrainedModel.load().layers[0]
        let x = (0..<layer.mlpFc1[0].count).map { i in Value(Double(i + 1) / 10) }
        let columns = layer.mlpFc1[0].indices.map { j in layer.mlpFc1.map { row in row[j] } }
        let product = layer.mlpFc2.map { row in columns.map { column in dot(row, column) } }
        let two = linear(linear(x, layer.mlpFc1), layer.mlpFc2)
        let one = linear(x, product)
        let difference = zip(two, one).map { abs($0.data - $1.data) }.max() ?? .nan
        func line(_ xs: [Value]) -> String {
            xs.prefix(4).map { fourDecimals($0.data) }.joined(separator: ", ")
        }
        return [
            "| | numbers | first four of the result |", "|---|---|---|",
            "| two matrices | \(2 * layer.mlpFc1.joined().count) | \(line(two)) |",
            "| their product | \(product.joined().count) | \(line(one)) |",
            "| largest difference of all 16 | | \(difference < 1e-12 ? "below" : "above") 1e-12 |",
        ]
    }

    // MARK: - The whole function

    /// What one position costs, counted in the model's own matrices.
    @Sendable static func costOfForward() throws -> [String] {
        var rng = PythonRandom(seed: 42)
        let gpt = GPT(.lesson, Tokenizer(documents: ["abcdefghijklmnopqrstuvwxyz"]), &rng)
        let layer = gpt.layers[0]
        func count(_ matrices: [Matrix]) -> Int { matrices.joined().joined().count }
        let attention = count([layer.attnWq, layer.attnWk, layer.attnWv, layer.attnWo])
        let mlp = count([layer.mlpFc1, layer.mlpFc2])
        let rows = [
            ("`wte` and `wpe`", count([gpt.wte, gpt.wpe]), "0, a row of each is looked up"),
            ("attention: `attnWq`, `attnWk`, `attnWv`, `attnWo`", attention, "\(attention)"),
            ("MLP: `mlpFc1`, `mlpFc2`", mlp, "\(mlp)"),
            ("`lmHead`", count([gpt.lmHead]), "\(count([gpt.lmHead]))"),
        ]
        let products = attention + mlp + count([gpt.lmHead])
        return ["| | parameters | multiplications for one position |", "|---|---|---|"]
            + rows.map { "| \($0) | \($1) | \($2) |" }
            + ["| together | \(gpt.params.count) | \(products) |"]
    }

    @Sendable static func wrongCalls() throws -> [String] {
        try lossTable(
            "how `forward` is called, or what it leaves out", right: "right",
            [
                "`posID` 0 at every position": { $0.posEmb = { _ in 0 } },
                "an empty cache at every position": {
                    $0.remembered = { cache in cache.map { _ in ([], []) } }
                },
                "no norm after the embeddings": { $0.norm = { $0 } },
                "no residual connections": { $0.join = Wiring.noResidual.join },
            ])
    }

    /// The logits at position 0 of any name: lowest, highest, their sum; and the sum of the
    /// probabilities.
    @Sendable static func logitsAtBOS() throws -> [String] {
        let gpt = try TrainedModel.load()
        let logits = gpt.logits([gpt.tokenizer.bos])[0]
        let numbers = logits.map(\.data)
        return [
            numbers.min() ?? .nan, numbers.max() ?? .nan, sum(logits).data,
            sum(softmax(logits)).data,
        ].map(fourDecimals)
    }

    // MARK: - Heads

    @Sendable static func wrongHeads() throws -> [String] {
        let (gpt, names) = (try TrainedModel.load(), try someNames())
        func row(
            _ name: String, _ loss: Double? = nil, _ change: (inout Parts) -> Void
        ) throws -> String {
            var outputs: [[Value]] = []
            var parts = Parts(change)
            let mean = try loss ?? parts.meanLoss(gpt, names)
            parts.seesHeads = { xAttn in outputs.append(xAttn) }
            _ = parts.loss(gpt, try gpt.tokenizer.tokens(of: "emma"))
            let headOut = outputs[2][4..<8].map { fourDecimals($0.data) }
            return "| \(name) | \(headOut.joined(separator: ", ")) | \(fourDecimals(mean)) |"
        }
        return [
            "| | output of head 1 | mean loss of \(names.count) names |", "|---|---|---|",
            try row("head h has slice h", try rightLoss.get()) { _ in },
            try row("every head has the first slice") { parts in
                parts.head = { _, config in Array(0..<config.headDim) }
            },
            try row("interleaved: head h has numbers h, h + 4, h + 8 and h + 12") { parts in
                parts.head = { h, config in
                    (0..<config.headDim).map { $0 * config.nHead + h }
                }
            },
            try row("logits divided by the root of 16, the full width") { parts in
                parts.scaledBy = { _ in Double(gpt.config.nEmbd) }
            },
        ]
    }
}
