import ArgumentParser
import Beyond
import Foundation
import Inspection
import MicroGPT
import PythonRandom

struct BeyondDropout: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dropout",
        abstract: "Drop numbers at random in training, and see what it does.",
        discussion: """
            Compares the mean over many masks with the numbers themselves; then trains the gist \
            preset, on a few names and on all but 200, with and without dropout, and measures the \
            loss of the names that it was trained on and of those 200.

              lab beyond dropout --rate 0.2 --few 100
            """)

    @OptionGroup var data: NamesOptions
    private var names: String { data.names }
    private var seed: Int { data.random.seed }

    @Option(
        parsing: .unconditional, help: "The share of the numbers that is dropped.",
        transform: { text in
            guard let rate = Double(text), rate > 0, rate < 1 else {
                throw ValidationError("It must be a number above 0 and below 1.")
            }
            return rate
        })
    var rate = 0.5

    @Option(
        parsing: .unconditional, help: "How many masks to take the mean of.",
        transform: wholeNumber(2...1_000_000))
    var masks = 10_000

    @Option(
        parsing: .unconditional, help: "How many names to train on.",
        transform: wholeNumber(1...1_000_000))
    var few = 50

    @Option(
        parsing: .unconditional, help: "How many steps to train; 0 for none.",
        transform: wholeNumber(0...1_000_000))
    var steps = 1000

    func run() throws {
        let console = Console()
        let x = [-1.0, -0.5, 0, 0.25, 0.5, 1, 2, 4]
        try console.print("means over \(masks) masks, rate \(rate)")
        try console.print("     x      mean  standard error  not scaled")
        let averages = [true, false].map { isScaled in
            Dropout(rate: rate, seed: UInt64(seed), isScaled: isScaled)
                .average(of: x, masks: masks)
        }
        for (i, number) in x.enumerated() {
            let (scaled, unscaled) = (averages[0][i], averages[1][i])
            try console.print(
                columns(
                    [places(number, 2)]
                        + [scaled.mean, scaled.standardError, unscaled.mean].map { places($0) },
                    [-6, -10, -16, -12]))
        }
        if steps > 0 { try train(console) }
    }

    private func train(_ console: Console) throws {
        let (documents, tokenizer) = try data.shuffled()
        let unseen = Array(documents.suffix(200))
        guard documents.count >= few + unseen.count else {
            throw UserError(
                "\(names): \(documents.count) names; to train on \(few) and to measure on "
                    + "\(unseen.count) others takes \(few + unseen.count)")
        }
        var config = Config.gist
        (config.seed, config.numSteps) = (UInt64(seed), steps)
        let designs = [
            ("none", 0, true), ("rate \(rate)", rate, true), ("not scaled", rate, false),
        ]
        for (count, designs) in [(few, designs[...]), (documents.count - 200, designs[..<2])] {
            let trained = Array(documents.prefix(count))
            try console.print("")
            try console.print("\(steps) steps on \(count) names")
            try console.print("dropout           in training  trained names  other names")
            for (name, rate, isScaled) in designs {
                console.status("\(count) names, \(name): training")
                var rng = PythonRandom(seed: seed)
                let gpt = try GPT(checking: config, tokenizer, &rng)
                let dropout = Dropout(rate: rate, seed: config.seed, isScaled: isScaled)
                let losses = try gpt.train(on: trained) { gpt.loss($0, dropout) }
                let last = losses.suffix(50)
                let numbers = [
                    last.reduce(0, +) / Double(last.count),
                    try gpt.meanLoss(on: Array(trained.prefix(200))),
                    try gpt.meanLoss(on: unseen),
                ]
                console.status(nil)
                try console.print(
                    columns([name] + numbers.map { places($0) }, [16, -13, -15, -13]))
            }
        }
        try console.print("")
        try console.print("in training: with dropout, the last 50 steps; the others without it")
    }
}
