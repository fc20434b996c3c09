import ArgumentParser
import Beyond
import Efficiency
import Foundation
import Inspection
import MicroGPT

struct Scale: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say what models of any size cost, by formula.",
        discussion: """
            For this model, for well-known ones, and for one of your own: its parameters, the \
            multiplications with additions that training takes for a token, the memory to train on \
            one text of the whole context in numbers of four bytes, and the time for a token.

              lab beyond scale
              lab beyond scale --width 512 --layers 8 --heads 8 --context 512

            The time supposes a rate of multiply-adds. By default it is that of one core in \
            Lessons/8-efficiency/ladder-64.json, by the fastest rung that was measured there.
            """)

    @Option(
        parsing: .unconditional,
        help: "How many numbers stand for a token, a multiple of the heads. (default: 16)",
        transform: wholeNumber(1...65_536))
    var width: Int?

    @Option(
        parsing: .unconditional, help: "How many layers. (default: 1)",
        transform: wholeNumber(1...65_536))
    var layers: Int?

    @Option(
        parsing: .unconditional, help: "How many attention heads in a layer. (default: 4)",
        transform: wholeNumber(1...65_536))
    var heads: Int?

    @Option(
        parsing: .unconditional, help: "How many tokens are seen at once. (default: 8)",
        transform: wholeNumber(1...65_536))
    var context: Int?

    @Option(
        parsing: .unconditional, help: "How many different tokens there are. (default: 27)",
        transform: wholeNumber(1...1_000_000))
    var vocabulary: Int?

    @Option(
        parsing: .unconditional,
        help: "Multiply-adds a second, in billions. (default: as it was measured)",
        transform: number(above: 0))
    var rate: Double?

    /// The model that the flags say, if there are any.
    private func own() throws -> ModelSize? {
        guard [width, layers, heads, context, vocabulary].contains(where: { $0 != nil }) else {
            return nil
        }
        var config = Config.lesson
        if let width { config.nEmbd = width }
        if let layers { config.nLayer = layers }
        if let heads { config.nHead = heads }
        if let context { config.blockSize = context }
        guard config.nEmbd % config.nHead == 0 else {
            throw ValidationError(
                "A width of \(config.nEmbd) cannot be cut into \(config.nHead) equal heads; "
                    + "\(config.nHead * (config.nEmbd / config.nHead + 1)) can.")
        }
        return ModelSize(config, vocabSize: vocabulary ?? 27)
    }

    func validate() throws { _ = try own() }

    func run() throws {
        let perSecond = try rate.map { $0 * 1e9 } ?? measuredRate()
        var models = [
            ("microgpt, lesson", ModelSize(.lesson, vocabSize: 27)),
            ("microgpt, gist", ModelSize(.gist, vocabSize: 27)),
            ("lecture", .lecture), ("GPT-2, smallest", .gpt2), ("GPT-3", .gpt3),
        ]
        if let own = try own() { models.append(("yours", own)) }
        let head = ["model", "parameters", "multiply-adds", "memory", "time"]
        let rows = models.map { name, size in
            let work = size.multiplyAddsPerToken(positions: size.context)
            return [
                name, "\(size.paramCount)", "\(work)",
                scaled(size.trainingBytes(bytesPerNumber: 4), bytes),
                scaled(Double(work) / perSecond, seconds),
            ]
        }
        let console = Console()
        for row in [head] + rows {
            try console.print(columns(row, [17, -16, -17, -11, -11]))
        }
        try console.print("")
        try console.print(
            "Multiply-adds and time are for a token in training, at \(digits(perSecond / 1e9)) billion"
        )
        try console.print("multiply-adds a second; memory is for one text of the whole context.")
    }

    private func measuredRate() throws -> Double {
        guard let record = try? Ladder.record("ladder-64") else {
            throw UserError(
                "the rate that was measured is in the project's folder, and that is not here; "
                    + "run this there, or say one, as in --rate 10")
        }
        return try record.bestRate
    }

    private var bytes: [(Double, String)] {
        [(1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1, "B")]
    }

    private var seconds: [(Double, String)] {
        [(3600, "h"), (60, "min"), (1, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns")]
    }

    private func scaled(_ x: Double, _ units: [(Double, String)]) -> String {
        let unit = units.first { x >= $0.0 } ?? units[units.count - 1]
        return "\(digits(x / unit.0)) \(unit.1)"
    }
}
