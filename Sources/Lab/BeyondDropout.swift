import ArgumentParser
import Beyond
import Foundation
import Inspection

struct BeyondDropout: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dropout",
        abstract: "Drop numbers at random, and take the mean over many masks.",
        discussion: """
            Compares the mean over many masks with the numbers themselves. `lab experiment dropout` \
            trains with it.

              lab beyond dropout --rate 0.2
            """)

    @OptionGroup var random: SeedOptions

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

    func run() throws {
        let console = Console()
        let x = [-1.0, -0.5, 0, 0.25, 0.5, 1, 2, 4]
        try console.print("means over \(masks) masks, rate \(rate)")
        try console.print("     x      mean  standard error  not scaled")
        let averages = [true, false].map { isScaled in
            Dropout(rate: rate, seed: UInt64(random.seed), isScaled: isScaled)
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
    }
}
