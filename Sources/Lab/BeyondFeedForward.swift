import ArgumentParser
import Beyond
import Foundation
import Inspection
import MicroGPT

struct BeyondFeedForward: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "feed-forward",
        abstract: "Compare ReLU, its square and GELU in a feed-forward block.",
        discussion: """
            Prints each function and its slope, then trains the lesson preset with each, with \
            biases in the block, from the same weights and on the same names: the loss of names it \
            has not seen, and the share of units that are off, whose slope is 0 there.

              lab beyond feed-forward --steps 200 --runs 2
            """)

    @Option(
        parsing: .unconditional, help: "How many steps of training.",
        transform: wholeNumber(1...10_000))
    var steps = 500

    @Option(
        parsing: .unconditional, help: "How many trainings with each, each from a seed of its own.",
        transform: wholeNumber(1...100))
    var runs = 1

    @OptionGroup var random: SeedOptions

    @Option(
        help: ArgumentHelp("How many names the loss is measured on.", valueName: "count"),
        transform: wholeNumber(1...5_000))
    var unseen = 100

    private static let points = [-3.0, -1, -0.5, 0, 0.5, 1, 3]

    func run() throws {
        try printFunctions()
        try Console().print(
            "\nseed  activation   loss of \(unseen) new names  units off: before  after")
        var losses: [Activation: [Double]] = [:]
        for seed in (0..<runs).map({ UInt64(random.seed) + UInt64($0) }) {
            for activation in Activation.allCases {
                let result = try trained(activation, seed: seed)
                losses[activation, default: []].append(result.loss)
                try Console().print(
                    columns(
                        [
                            "\(seed)", "  " + activation.rawValue, places(result.loss),
                            "\(places(100 * result.offBefore, 1))%",
                            "\(places(100 * result.offAfter, 1))%",
                        ], [-4, 14, -14, -26, -7]))
            }
        }
        guard runs > 1 else { return }
        try Console().print("\nall   activation    mean loss   lowest  highest")
        for activation in Activation.allCases {
            let losses = losses[activation] ?? []
            let numbers = [mean(losses), losses.min() ?? .nan, losses.max() ?? .nan]
            try Console().print(
                columns(
                    ["      " + activation.rawValue] + numbers.map { places($0) },
                    [18, -11, -9, -9]))
        }
    }

    private func printFunctions() throws {
        let console = Console()
        try console.print(
            "    x     relu    slope  squaredRelu    slope     gelu    slope  exact gelu")
        for x in Self.points {
            let cells = Activation.allCases.flatMap { [$0(Value(x)).data, $0.slope(at: x)] }
            try console.print(
                columns(
                    [places(x, 1)] + (cells + [exactGELU(x)]).map { places($0) },
                    [-5, -9, -9, -13, -9, -9, -9, -12]))
        }
    }

    private func trained(
        _ activation: Activation, seed: UInt64
    ) throws -> (loss: Double, offBefore: Double, offAfter: Double) {
        var config = Config.lesson
        (config.seed, config.numSteps) = (seed, steps)
        let session = try Session(names: "names.txt", config: config)
        let model = FeedForwardGPT(session.gpt, activation)
        let tokens = try session.documents.prefix(steps + unseen).map(
            session.gpt.tokenizer.tokens(of:))
        let (seen, unseen) = (tokens.prefix(steps), tokens.dropFirst(steps))
        func shareOff() -> Double {
            let units = unseen.map(model.units)
            return Double(units.map(\.off).reduce(0, +)) / Double(units.map(\.all).reduce(0, +))
        }
        let offBefore = shareOff()
        var console = Console(progress: Progress(total: steps))
        defer { console.endProgress() }
        var adam = Adam(paramCount: model.params.count)
        for tokens in seen {
            console.advance(to: adam.step + 1, loss: model.trainStep(tokens, &adam))
        }
        return (mean(unseen.map { model.loss($0).data }), offBefore, shareOff())
    }
}
