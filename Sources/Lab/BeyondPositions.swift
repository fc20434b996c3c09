import ArgumentParser
import Beyond
import Foundation
import Inspection
import MicroGPT
import PythonRandom

struct BeyondPositions: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "positions",
        abstract: "Positions as waves beside learned ones.",
        discussion: """
            Shows that one rotation takes every position to the one a few further on; then trains \
            the gist preset with learned positions and with waves, on no more than the first \
            positions of each name, and measures the loss there and beyond.

              lab beyond positions --svg positions.svg
            """)

    @OptionGroup var data: NamesOptions
    private var names: String { data.names }
    private var seed: Int { data.random.seed }

    @Option(
        parsing: .unconditional, help: "How many positions of a name to train on.",
        transform: wholeNumber(1...16))
    var trained = 6

    @Option(
        parsing: .unconditional, help: "How many steps to train; 0 for none.",
        transform: wholeNumber(0...1_000_000))
    var steps = 1000

    @Option(
        help: ArgumentHelp("A file for a picture of the waves.", valueName: "file"),
        completion: .picture)
    var svg: String?

    func run() throws {
        try expectWritable(svg, besides: [("--names", names)])
        let console = Console()
        let positions = SinusoidalPositions(count: Config.gist.nEmbd)
        try console.print("the rotation by k, applied to the positions 0 to 199: largest error")
        for k in [1, 4, 16, 64] {
            let error = positions.rotationError(by: k, positions: 200)
            try console.print(String(format: "k = %2ld  %.1e", k, error))
        }
        try console.print("")
        try console.print("dot products of position t and position t + k")
        try console.print("     k   t = 0   t = 10  t = 100")
        for k in [0, 1, 2, 4, 8, 16] {
            let products = [0, 10, 100].map { t in places(positions.product(t, t + k)) }
            try console.print(columns(["\(k)"] + products, [-6, -9, -9, -9]))
        }
        if let svg { try console.write(positionsPicture(positions, count: 64), to: svg) }
        if steps > 0 { try train(console) }
    }

    private func train(_ console: Console) throws {
        let (documents, tokenizer) = try data.shuffled()
        var config = Config.gist
        (config.seed, config.numSteps) = (UInt64(seed), steps)
        let trainedOn = Array(documents.dropLast(documents.count / 10))
        let unseen = documents[trainedOn.count...].filter { $0.unicodeScalars.count >= 8 }
        guard !unseen.isEmpty else {
            throw UserError(
                "\(names): no name of 8 characters or more in its last tenth, to measure with")
        }

        let measured = Array(unseen.prefix(200))
        let heights = [nil, config.initStd * 2.0.squareRoot(), 1]
        let columns = try heights.map { height in
            console.status("\(name(height)): training")
            var rng = PythonRandom(seed: seed)
            let gpt = try GPT(checking: config, tokenizer, &rng)
            let params = height.map { gpt.useSinusoidalPositions(height: $0) } ?? gpt.params
            _ = try gpt.train(params, on: trainedOn) { tokens in
                gpt.loss(Array(tokens.prefix(trained + 1)))
            }
            return (params.count, try gpt.lossByPosition(on: measured))
        }
        console.status(nil)
        try console.print("")
        try console.print(
            "\(steps) steps on positions 0 to \(trained - 1); losses of names of 8 letters or more")
        try console.print(row("position", heights.map(name) + ["names"]))
        for t in columns[0].1.indices {
            let count = measured.count { $0.unicodeScalars.count >= t }
            let losses = columns.map { String(format: "%.4f", $0.1[t]) }
            try console.print(row(t < trained ? "\(t)" : "\(t) *", losses + ["\(count)"]))
        }
        try console.print(row("params", columns.map { "\($0.0)" } + [""]))
        try console.print("* not trained")
    }

    private func name(_ height: Double?) -> String {
        height.map { String(format: "waves of %.2f", $0) } ?? "learned"
    }

    private func row(_ first: String, _ cells: [String]) -> String {
        columns([first] + cells, [10] + cells.map { _ in -16 })
    }
}
