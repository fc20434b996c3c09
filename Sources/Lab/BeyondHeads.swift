import ArgumentParser
import Beyond
import Foundation
import Inspection
import MicroGPT
import PythonRandom

struct BeyondHeads: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "heads",
        abstract: "Compare heads with matrices of their own and slices of one.",
        discussion: """
            Cuts the matrices of an attention layer with random weights into one for each head, \
            runs both forms on the same numbers, and compares outputs and gradients bit for bit. \
            Then it counts what heads of the full width would cost.

              lab beyond heads --heads 2
            """)

    @Option(
        parsing: .unconditional, help: "How many heads.", transform: wholeNumber(1...256))
    var heads = 4

    @Option(
        parsing: .unconditional, help: "How many numbers a position has, a multiple of the heads.",
        transform: wholeNumber(1...256))
    var embedding = 16

    @OptionGroup var random: SeedOptions
    private var seed: Int { random.seed }

    private static let positions = 5

    func validate() throws {
        var config = Config.lesson
        (config.nEmbd, config.nHead) = (embedding, heads)
        try config.validate(vocabSize: 27)
    }

    func run() throws {
        var rng = PythonRandom(seed: seed)
        let headDim = embedding / heads
        let sliced = SlicedHeads(
            nEmbd: embedding, nHead: heads, headDim: headDim, std: 0.3, &rng)
        let separate = SeparateHeads(cutting: sliced)
        let numbers = (0..<Self.positions).map { _ in (0..<embedding).map { _ in rng.gauss(0, 1) } }
        let own = Pass(separate.params, numbers, separate.output)
        let slices = Pass(sliced.params, numbers, sliced.output)

        let console = Console()
        try console.print(
            "\(heads) heads of \(headDim) over \(Self.positions) positions of \(embedding) numbers\n"
        )
        try console.print("                             own matrices  slices of one  difference")
        func row(_ name: String, _ own: Double, _ slices: Double) throws {
            try console.print(
                columns(
                    [name, places(own, 10), places(slices, 10), short(own - slices)],
                    [27, -14, -15, -12]))
        }
        for i in 0..<min(4, embedding) {
            try row(
                "last output, number \(i)", own.outputs.last?[i] ?? .nan,
                slices.outputs.last?[i] ?? .nan)
        }
        for h in 0..<min(4, heads) {
            let i = h * headDim * embedding
            try row("head \(h), gradient wq[0][0]", own.gradients[i], slices.gradients[i])
        }
        try row("gradient of the first x[0]", own.xGradients[0], slices.xGradients[0])
        try console.print("\nnumbers whose bits differ")
        for (name, numbers) in [
            ("outputs", \Pass.allOutputs), ("gradients of weights", \.gradients),
            ("gradients of inputs", \.xGradients),
        ] {
            let pairs = zip(own[keyPath: numbers], slices[keyPath: numbers])
            let differing = pairs.count { $0.bitPattern != $1.bitPattern }
            try console.print("\(differing) of \(own[keyPath: numbers].count) \(name)")
        }
        try console.print("\n               parameters  multiplications for the logits of a pair")
        for (count, width) in [(heads, headDim), (heads, embedding), (1, embedding)] {
            let layer = SlicedHeads(
                nEmbd: embedding, nHead: count, headDim: width, std: 0.3, &rng)
            let name = "\(count) head\(count == 1 ? "" : "s") of \(width)"
            try console.print(
                columns([name, "\(layer.params.count)", "  \(layer.wq.count)"], [15, -10, 1]))
        }
    }

    /// What one of the forms gives: its outputs, and the gradients of their mean square.
    private struct Pass {
        let outputs: [[Double]], gradients: [Double], xGradients: [Double]
        var allOutputs: [Double] { outputs.flatMap { $0 } }

        init(_ params: [Value], _ numbers: [[Double]], _ output: (Matrix) -> Matrix) {
            let xs = numbers.map { $0.map { Value($0) } }
            let result = output(xs)
            let all = result.flatMap { $0 }
            (dot(all, all) / Double(all.count)).backward()
            outputs = result.map { $0.map(\.data) }
            gradients = params.map(\.grad)
            xGradients = xs.joined().map(\.grad)
        }
    }
}
