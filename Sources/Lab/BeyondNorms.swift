import ArgumentParser
import Beyond
import Foundation
import Inspection
import MicroGPT
import PythonRandom

struct BeyondNorms: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "norms",
        abstract: "Compare RMS norm, layer norm and batch norm on the same table.",
        discussion: """
            Draws a table of random numbers, a row for each example, whose columns have means 0, 5 \
            and 20. Shows what each norm makes of it; what changes in row 0 when another row does; \
            and what batch norm does when training is over.

              lab beyond norms --seed 7
            """)

    @OptionGroup var random: SeedOptions
    private var seed: Int { random.seed }

    @Option(
        parsing: .unconditional, help: "How many batches batch norm sees in training.",
        transform: wholeNumber(1...10_000))
    var batches = 50

    private static let moments = [(mean: 0.0, std: 1.0), (mean: 5, std: 2), (mean: 20, std: 5)]
    private static let rows = 4

    func run() throws {
        var rng = PythonRandom(seed: seed)
        func batch() -> Matrix {
            (0..<Self.rows).map { _ in Self.moments.map { Value(rng.gauss($0.mean, $0.std)) } }
        }
        let console = Console()
        let n = Self.moments.count
        let (rms, layer) = (RMSNorm(n), LayerNorm(n))
        var batchNorm = BatchNorm(n)
        func printTable(_ table: Matrix) throws {
            var unused = BatchNorm(n)
            let normed = unused.train(table)
            for (i, row) in table.enumerated() {
                try console.print(line(cells([row, rms(row), layer(row), normed[i]])))
            }
        }

        let first = batch()
        try console.print(header("numbers"))
        try printTable(first)

        try console.print("\nthe same with a last row ten times as large")
        try printTable(first.dropLast() + [first[Self.rows - 1].map { $0 * 10 }])

        try console.print("\nbatch norm in training: running means and variances")
        for i in 0..<batches {
            _ = batchNorm.train(i == 0 ? first : batch())
            if i + 1 == 1 || i + 1 == batches {
                let name = "after \(i + 1) batch\(i == 0 ? "" : "es")"
                try console.print(
                    line([name] + cells([batchNorm.runningMean, batchNorm.runningVariance])))
            }
        }

        try console.print("\nrow 0, alone, when training is over")
        try console.print(header(""))
        let row = first[0]
        try console.print(line([""] + cells([rms(row), layer(row), batchNorm.test(row)])))
    }

    private func header(_ first: String) -> String {
        line([first, "RMS norm", "layer norm", "batch norm"])
    }

    private func line(_ cells: [String]) -> String {
        columns(cells, cells.map { _ in 25 })
    }

    private func cells(_ lists: [[Value]]) -> [String] { cells(lists.map { $0.map(\.data) }) }

    private func cells(_ lists: [[Double]]) -> [String] {
        lists.map { $0.map { String(format: "%7.2f", $0) }.joined() }
    }
}
