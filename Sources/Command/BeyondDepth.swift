import ArgumentParser
import Beyond
import Foundation
import Inspection
import MicroGPT

struct BeyondDepth: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "depth",
        abstract: "Where norms and residuals stand, and which deep models train.",
        discussion: """
            Measures the gradient of the loss by x at each depth, in models of 1 to 12 layers \
            before training that read "emma"; then trains the deepest of each design on the same \
            names, with the same random numbers. They are small, so that this takes seconds.

              microgpt beyond depth --svg depth.svg
              microgpt beyond depth --layers 4 --steps 0
            """)

    @Option(help: ArgumentHelp("A UTF-8 text file with one name a line.", valueName: "file"))
    var names = "names.txt"

    @Option(
        parsing: .unconditional, help: "The seed of all random numbers.",
        transform: wholeNumber(0...Int.max))
    var seed = 42

    @Option(
        parsing: .unconditional, help: "How many layers the deepest model has.",
        transform: wholeNumber(1...24))
    var layers = 12

    @Option(
        parsing: .unconditional, help: "How many steps to train each design; 0 for none.",
        transform: wholeNumber(0...1_000_000))
    var steps = DeepGPT.config.numSteps

    @Option(help: ArgumentHelp("A file for a picture of the gradients.", valueName: "file"))
    var svg: String?

    func validate() throws {
        if let svg { try expectWritable(svg) }
    }

    func run() throws {
        let console = Console()
        var documents = try readDocuments(names)
        var rng = PythonRandom(seed: seed)
        rng.shuffle(&documents)
        let tokenizer = Tokenizer(documents: documents)
        var config = DeepGPT.config
        (config.seed, config.numSteps) = (UInt64(seed), steps)

        let designs = try DeepGPT.designs.map { name, wiring, output in
            console.status("\(name): gradients")
            let models = try (1...layers).map { nLayer in
                config.nLayer = nLayer
                return try DeepGPT(config, tokenizer, wiring, output).depths("emma")
            }
            return (name: name, models: models)
        }
        console.status(nil)
        let deepest = designs.map { $0.models[layers - 1] }
        try console.print("gradient of the loss by x before layer 0, untrained, reading \"emma\"")
        try console.print(row("layers", designs.map(\.name)))
        for i in 0..<layers {
            try console.print(row("\(i + 1)", designs.map { Self.short($0.models[i][0].gradient) }))
        }
        try console.print("")
        try console.print("the same in \(layers) layers, at each depth")
        try console.print(row("depth", designs.map(\.name)))
        for depth in 0...layers {
            try console.print(row("\(depth)", deepest.map { Self.short($0[depth].gradient) }))
        }
        try console.print("")
        try console.print("size of x in \(layers) layers")
        try console.print(row("depth", designs.map(\.name)))
        for depth in 0...layers {
            try console.print(row("\(depth)", deepest.map { Self.short($0[depth].x) }))
        }
        if let svg {
            try depthPicture(
                designs.map { ($0.name, $0.models.map { $0.map(\.gradient) }) }
            ).write(to: svg)
        }
        if steps > 0 { try train(config, tokenizer, documents, console) }
    }

    /// The deepest model of each design.
    private func train(
        _ config: Config, _ tokenizer: Tokenizer, _ documents: [String], _ console: Console
    ) throws {
        let window = min(20, steps)
        try console.print("")
        try console.print("\(steps) steps with \(layers) layers; means of \(window) losses")
        try console.print(row("steps", DeepGPT.designs.map(\.name)))
        let runs = try DeepGPT.designs.map { name, wiring, output in
            console.status("\(name): training")
            let model = try DeepGPT(config, tokenizer, wiring, output)
            return try model.gpt.train(on: documents, loss: model.loss)
        }
        console.status(nil)
        for start in stride(from: 0, through: steps - window, by: window) {
            let means = runs.map { losses in
                losses.count < start + window
                    ? "-"
                    : String(
                        format: "%.4f",
                        losses[start..<start + window].reduce(0, +) / Double(window))
            }
            try console.print(row("\(start + 1)-\(start + window)", means))
        }
    }

    private func row(_ first: String, _ cells: [String]) -> String {
        let padded = cells.map { cell in
            String(repeating: " ", count: max(1, 12 - cell.count)) + cell
        }
        return first.padding(toLength: 7, withPad: " ", startingAt: 0) + padded.joined()
    }

    private static func short(_ x: Double) -> String { String(format: "%.2g", x) }
}
