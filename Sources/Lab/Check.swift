import ArgumentParser
import Foundation
import Inspection
import MicroGPT

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compare every gradient with finite differences.",
        discussion: """
            Trains a few steps, so that no gradient is zero for want of training; then, for each \
            parameter, compares what backward() finds on the next name with what a small change \
            of the parameter does to the loss. Exits with 1 if they disagree.

              lab check --preset gist
            """)

    @OptionGroup var model: ModelOptions

    @Option(
        parsing: .unconditional, help: "How many steps to train first.",
        transform: wholeNumber(1...1_000_000))
    var steps = 10

    func run() throws {
        var session = try Session(names: model.names, config: model.config)
        while session.adam.step < steps { _ = try session.trainStep() }
        let gpt = session.gpt
        let tokens = try gpt.tokenizer.tokens(of: session.document)
        let console = Console()
        try console.print(
            "loss of \"\(session.document)\" after \(steps) steps: "
                + "\(gpt.params.count) gradients from backward() and from central differences")
        try console.print("")

        let differences = checkGradients(by: gpt.params) { gpt.loss(tokens) }
        var rest = differences[...]
        try console.print("matrix             count  largest difference  relative")
        for (name, matrix) in gpt.stateDict {
            let count = matrix.joined().count
            try console.print(Self.row(name, rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        try console.print(Self.row("all", differences[...]))
        try console.print("")

        let wrong = differences.count { !$0.isWithinTolerance }
        guard wrong == 0 else {
            try console.print("\(wrong) differ by more than a relative 1e-05")
            throw ExitCode.failure
        }
        try console.print("all agree to a relative 1e-05 or better")
    }

    private static func row(
        _ name: String, _ differences: ArraySlice<GradientDifference>
    ) -> String {
        // max() ignores what is not a number; a sum does not.
        func largest(_ key: (GradientDifference) -> Double) -> Double {
            differences.contains { key($0).isNaN } ? .nan : differences.map(key).max() ?? 0
        }
        let largestOnes = [largest(\.absolute), largest(\.relative)]
        return columns(
            [name, "\(differences.count)"] + largestOnes.map { String(format: "%.1e", $0) },
            [18, -6, -20, -10])
    }
}
