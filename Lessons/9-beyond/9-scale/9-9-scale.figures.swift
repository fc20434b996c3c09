import Beyond
import Efficiency
import Foundation
import Inspection
import MicroGPT

extension Figures {
    static let beyondScale: [String: Figure] = [
        "scaleParams": scaleParams,
        "scaleChecked": scaleChecked,
        "scaleLecture": { [grouped(ModelSize.lecture.paramCount)] },
        "scaleGPT3": { [grouped(ModelSize.gpt3.paramCount)] },
        "scaleAttention": scaleAttention,
        "scaleOperations": scaleOperations,
        "scaleRatios": scaleRatios,
        "scaleRates": scaleRates,
        "scaleMemory": scaleMemory,
        "scaleMachines": scaleMachines,
        "scaleMistakes": scaleMistakes,
    ]

    private static let lesson = ModelSize(.lesson, vocabSize: 27)

    @Sendable private static func scaleParams() -> [String] {
        let models: [(String, ModelSize)] = [
            ("microgpt, lesson", lesson), ("lecture", .lecture), ("GPT-2, smallest", .gpt2),
            ("GPT-3", .gpt3),
        ]
        return table(
            ["model", "embeddings", "layers' matrices", "logits", "biases and norms", "all"],
            models.map { name, size in
                [name]
                    + [
                        size.embeddingParams, size.matrixParams, size.logitParams,
                        size.biasAndNormParams, size.paramCount,
                    ].map(grouped)
            })
    }

    @Sendable private static func scaleChecked() throws -> [String] {
        let shapes = [(16, 1, 4, 8), (16, 1, 4, 16), (64, 1, 8, 16), (24, 3, 2, 10)]
        return table(
            ["width", "layers", "heads", "context", "by the formula", "`gpt.params.count`"],
            try shapes.map { width, layers, heads, context in
                var config = Config.lesson
                (config.nEmbd, config.nLayer, config.nHead) = (width, layers, heads)
                config.blockSize = context
                let gpt = try TrainingRun.start(config).gpt
                let size = ModelSize(config, vocabSize: gpt.tokenizer.vocabSize)
                return [
                    width, layers, heads, context, size.paramCount, gpt.params.count,
                ].map(grouped)
            })
    }

    private static func percent(_ share: Double) -> String { "\(places(100 * share, 1)) %" }

    /// Attention's share of the multiply-adds.
    @Sendable private static func scaleAttention() -> [String] {
        let models: [(String, ModelSize)] = [("lecture", .lecture), ("GPT-3", .gpt3)]
        return table(
            ["positions"] + models.map(\.0),
            [16, 256, 2048, 32_768, 131_072].map { positions in
                [grouped(positions)]
                    + models.map { _, size in
                        let attention = size.attentionMultiplyAddsPerToken(positions: positions)
                        let all = size.multiplyAddsPerToken(positions: positions)
                        return percent(Double(attention) / Double(all))
                    }
            })
    }

    private static let gpt3Tokens = 300e9  // T. Brown et al. 2020, table D.1
    private static let gpt3Operations = 3.14e23  // the same table

    /// GPT-3's operations in training, in units of 10^23: 6 for each parameter and token, with attention, and as its
    /// paper has them.
    @Sendable private static func scaleOperations() -> [String] {
        let size = ModelSize.gpt3
        let full = 2 * Double(size.multiplyAddsPerToken(positions: size.context))
        return [6 * Double(size.paramCount) * gpt3Tokens, full * gpt3Tokens, gpt3Operations]
            .map { places($0 / 1e23, 2) }
    }

    /// From embedding 16 to 64: how many times more work, and how many times more time.
    @Sendable private static func scaleRatios() throws -> [String] {
        let (small, large) = (try Ladder.record("ladder"), try Ladder.record("ladder-64"))
        let predicted =
            large.limit.multiplyAddsPerDocument / small.limit.multiplyAddsPerDocument
        let rows = small.rows.compactMap { row -> [String]? in
            let other = large.rows.first { $0.rung == row.rung && $0.threads == row.threads }
            guard row.threads == 1, let other else { return nil }
            let inLimits =
                (other.median / large.limit.microseconds)
                / (row.median / small.limit.microseconds)
            return [
                row.name, digits(row.median), digits(other.median), digits(predicted),
                digits(other.median / row.median), digits(predicted * inLimits),
            ]
        }
        return table(
            [
                "rung", "µs at 16", "µs at 64", "× by the formula", "× measured",
                "× if the core had been as fast both times",
            ], rows)
    }

    /// Billions of multiply-adds a second: in registers in both records, then in training at 64.
    @Sendable private static func scaleRates() throws -> [String] {
        let (small, large) = (try Ladder.record("ladder"), try Ladder.record("ladder-64"))
        return [
            small.limit.multiplyAddsPerSecond, large.limit.multiplyAddsPerSecond,
            try large.bestRate,
        ].map { digits($0 / 1e9) }
    }

    /// By the formula, for a step on names of all 16 positions, and as measured.
    @Sendable private static func scaleMemory() throws -> [String] {
        let rows = try ["ladder", "ladder-64"].flatMap { name in
            let ladder = try Ladder.record(name)
            var config = Config.gist
            (config.nEmbd, config.nHead) = (ladder.model.embedding, ladder.model.heads)
            let size = ModelSize(config, vocabSize: 27)
            return ladder.rows.compactMap { row -> [String]? in
                guard row.threads == 1, row.rung == .arrays || row.rung == .simd,
                    let measured = row.memoryBytes
                else { return nil }
                let bytes = row.rung == .simd ? 4.0 : 8.0
                let state = bytes * Double(size.stateNumbers)
                let activations =
                    bytes * Double(row.batch) * size.activationNumbers(positions: size.context)
                return [row.name, "\(size.width)", "\(row.batch)"]
                    + [state, activations, state + activations, Double(measured)].map {
                        places($0 / 1e6, 2)
                    }
            }
        }
        return table(
            ["rung", "width", "names", "state, MB", "activations, MB", "sum, MB", "measured, MB"],
            rows)
    }

    /// What GPT-3 takes of one core and of graphics processors.
    @Sendable private static func scaleMachines() throws -> [String] {
        let size = ModelSize.gpt3
        let (day, year) = (86_400.0, 365.25 * 86_400)
        let state = 4 * Double(size.stateNumbers)
        let core = 2 * (try Ladder.record("ladder-64").bestRate)
        let (peak, reached, memory) = (312e12, 140e12, 80e9)  // an A100's, see the lesson
        // For each layer and token 34 widths and 5 numbers for each head and token, in bytes: V.
        // Korthikanti et al., 2022, with 2 bytes for a number and 1 for whether dropout keeps it.
        let perToken = Double(34 * size.width + 5 * size.heads * size.context)
        let activations = Double(size.context * size.layers) * perToken
        return table(
            ["GPT-3", ""],
            [
                ["parameters, 4 bytes each", "\(digits(state / 4 / 1e9)) GB"],
                ["with gradients and two moments, 16 bytes", "\(digits(state / 1e12)) TB"],
                [
                    "GPUs of 80 GB that hold this",
                    String(format: "%.0f", (state / memory).rounded(.up)),
                ],
                [
                    "activations of one text of 2,048 tokens",
                    "\(digits(activations / 1e9)) GB",
                ],
                [
                    "its training on the one core",
                    "\(grouped(Int(gpt3Operations / core / year / 1000))) thousand years",
                ],
                [
                    "on one GPU at its peak, 312 trillion operations a second",
                    "\(digits(gpt3Operations / peak / year)) years",
                ],
                [
                    "on 1,024 GPUs at 140 trillion operations a second each",
                    "\(digits(gpt3Operations / (1024 * reached) / day)) days",
                ],
                [
                    "the same with the forward pass computed twice",
                    "\(digits(gpt3Operations * 8 / 6 / (1024 * reached) / day)) days",
                ],
            ])
    }

    /// The counts with classic mistakes in them.
    @Sendable private static func scaleMistakes() -> [String] {
        let models: [ModelSize] = [.lecture, .gpt3]
        func row(_ name: String, _ count: (ModelSize) -> Int) -> [String] {
            [name] + models.map { grouped(count($0)) }
        }
        return table(
            ["counted", "lecture", "GPT-3"],
            [
                row("right") { $0.paramCount },
                row("queries, keys and values of the whole width for each head") {
                    $0.paramCount + ($0.heads - 1) * 3 * $0.width * $0.width * $0.layers
                },
                row("the MLP as one matrix, not two") {
                    $0.paramCount - 4 * $0.width * $0.width * $0.layers
                },
                row("the logits with their own matrix, or without, wrongly") {
                    let logits = $0.vocabulary * $0.width
                    return $0.paramCount + ($0.isTied ? logits : -logits)
                },
            ])
    }
}
