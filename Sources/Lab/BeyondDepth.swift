import ArgumentParser
import Beyond
import Foundation
import Inspection
import MicroGPT
import PythonRandom

struct BeyondDepth: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "depth",
        abstract: "Where norms and residuals stand, and what becomes of gradients.",
        discussion: """
            Measures the gradient of the loss by x at each depth, in models of 1 to 12 layers \
            before training that read "emma": geometric means over several draws of the parameters. \
            `lab experiment depth` trains them.

              lab beyond depth --svg depth.svg
              lab beyond depth --layers 4
            """)

    @OptionGroup var data: NamesOptions
    private var names: String { data.names }
    private var seed: Int { data.random.seed }

    @Option(
        parsing: .unconditional, help: "How many layers the deepest model has.",
        transform: wholeNumber(1...24))
    var layers = 12

    @Option(
        parsing: .unconditional, help: "How many models to draw of each design and depth.",
        transform: wholeNumber(1...1000))
    var draws = 8

    @Option(
        help: ArgumentHelp("A file for a picture of the gradients.", valueName: "file"),
        completion: .picture)
    var svg: String?

    func run() throws {
        try expectWritable(svg, besides: [("--names", names)])
        let console = Console()
        let tokenizer = try data.shuffled().tokenizer
        var config = DeepGPT.config

        // By design, number of layers, draw and depth.
        let gradients = try DeepGPT.designs.map { name, wiring, output in
            console.status("\(name): gradients")
            return try (1...layers).map { nLayer in
                try (0..<draws).map { draw in
                    (config.nLayer, config.seed) = (nLayer, UInt64(seed) + UInt64(draw))
                    return try DeepGPT(config, tokenizer, wiring, output).depths("emma")
                }
            }
        }
        console.status(nil)
        let means = gradients.map {
            $0.map { draws in Self.means(draws.map { $0.map(\.gradient) }) }
        }
        let sizes = gradients.map { Self.means($0[layers - 1].map { $0.map(\.x) }) }
        let names = DeepGPT.designs.map(\.name)

        try console.print("gradient of the loss by x before layer 0, untrained, reading \"emma\"")
        try console.print(row("layers", names))
        for i in 0..<layers {
            try console.print(row("\(i + 1)", means.map { Self.short($0[i][0]) }))
        }
        try console.print("")
        try console.print("the same in \(layers) layers, at each depth")
        try console.print(row("depth", names))
        for depth in 0...layers {
            try console.print(row("\(depth)", means.map { Self.short($0[layers - 1][depth]) }))
        }
        try console.print("")
        try console.print("depth 0 divided by depth \(layers), in each draw")
        try console.print(row("seed", names))
        for draw in 0..<draws {
            let ratios = gradients.map { models in
                let depths = models[layers - 1][draw].map(\.gradient)
                return Self.short(depths[0] / depths[layers])
            }
            try console.print(row("\(UInt64(seed) + UInt64(draw))", ratios))
        }
        try console.print("")
        try console.print("size of x in \(layers) layers")
        try console.print(row("depth", names))
        for depth in 0...layers {
            try console.print(row("\(depth)", sizes.map { Self.short($0[depth]) }))
        }
        if let svg {
            try console.write(depthPicture(zip(names, means).map { ($0, $1) }), to: svg)
        }
    }

    /// The geometric mean over all lists at each place; numbers so far apart have no other.
    private static func means(_ lists: [[Double]]) -> [Double] {
        lists[0].indices.map { i in
            exp(lists.reduce(0) { $0 + log($1[i]) } / Double(lists.count))
        }
    }

    private func row(_ first: String, _ cells: [String]) -> String {
        columns([first] + cells.map { " " + $0 }, [7] + cells.map { _ in -10 })
    }

    private static func short(_ x: Double) -> String { String(format: "%.2g", x) }
}
