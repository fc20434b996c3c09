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
            Prints each function and its slope. `lab experiment activation` trains with each.

              lab beyond feed-forward
            """)

    private static let points = [-3.0, -1, -0.5, 0, 0.5, 1, 3]

    func run() throws {
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
}
