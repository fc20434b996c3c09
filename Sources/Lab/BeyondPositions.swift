import ArgumentParser
import Beyond
import Foundation
import Inspection
import MicroGPT

struct BeyondPositions: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "positions",
        abstract: "Positions as waves beside learned ones.",
        discussion: """
            Shows that one rotation takes every position to the one a few further on. \
            `lab experiment positions` trains with them.

              lab beyond positions --svg positions.svg
            """)

    @Option(
        help: ArgumentHelp("A file for a picture of the waves.", valueName: "file"),
        completion: .picture)
    var svg: String?

    func run() throws {
        try expectWritable(svg)
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
    }
}
