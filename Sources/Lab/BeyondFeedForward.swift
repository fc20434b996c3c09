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

    @Option(
        parsing: .unconditional, help: "The seed of the first.",
        transform: wholeNumber(0...1_000_000_000))
    var seed = 42

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
        for seed in seed..<seed + runs {
            for activation in Activation.allCases {
                let result = try trained(activation, seed: seed)
                losses[activation, default: []].append(result.loss)
                try Console().print(
                    String(format: "%4ld  ", seed)
                        + activation.rawValue.padding(toLength: 12, withPad: " ", startingAt: 0)
                        + String(
                            format: "%14.4f %24.1f%% %5.1f%%", result.loss, 100 * result.offBefore,
                            100 * result.offAfter))
            }
        }
        guard runs > 1 else { return }
        try Console().print("\nall   activation    mean loss   lowest  highest")
        for activation in Activation.allCases {
            let losses = losses[activation] ?? []
            let mean = losses.reduce(0, +) / Double(losses.count)
            try Console().print(
                "      " + activation.rawValue.padding(toLength: 12, withPad: " ", startingAt: 0)
                    + String(
                        format: "%11.4f %8.4f %8.4f", mean, losses.min() ?? .nan,
                        losses.max() ?? .nan))
        }
    }

    private func printFunctions() throws {
        let console = Console()
        try console.print(
            "    x     relu    slope  squaredRelu    slope     gelu    slope  exact gelu")
        for x in Self.points {
            let cells = Activation.allCases.map { activation in
                String(
                    format: activation == .squaredRelu ? "%13.4f%9.4f" : "%9.4f%9.4f",
                    activation(Value(x)).data, activation.slope(at: x))
            }
            try console.print(
                String(format: "%5.1f", x) + cells.joined()
                    + String(format: "%12.4f", exactGELU(x)))
        }
    }

    private func trained(
        _ activation: Activation, seed: Int
    ) throws -> (loss: Double, offBefore: Double, offAfter: Double) {
        var config = Config.lesson
        (config.seed, config.numSteps) = (UInt64(seed), steps)
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
        let loss = unseen.map { model.loss($0).data }.reduce(0, +) / Double(unseen.count)
        return (loss, offBefore, shareOff())
    }
}
