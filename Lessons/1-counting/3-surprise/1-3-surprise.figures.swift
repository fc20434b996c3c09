import Foundation
import Inspection

extension Figures {
    static let surprisePictures: [String: Picture] = ["surprise": surprise]

    /// Minus the logarithm of a probability.
    @Sendable private static func surprise() throws -> SVG {
        let curve = (4...400).map { i in
            let p = Double(i) / 400
            return Chart.Point(p, -log(p))
        }
        func point(_ p: Double, _ label: String) -> Chart.Point { .init(p, -log(p), label: label) }
        return Chart(
            x: .init(
                "the chance it had", range: (0, 1),
                ticks: [(0, "0"), (0.25, "0.25"), (0.5, "0.5"), (0.75, "0.75"), (1, "1")]),
            y: .init("surprise", range: (0, 4.7)),
            [
                .init("surprise", curve, as: .line(width: 3), namePlace: .hidden),
                .init(
                    "marked",
                    [
                        point(1 / 27, "a pure guess, 1 in 27: \(places(log(27), 2))"),
                        point(0.1, "1 in 10: \(places(log(10), 2))"),
                        point(0.5, "a coin toss: \(places(log(2), 2))"),
                    ], as: .points(.circle), role: .second, namePlace: .hidden),
                .init(nil, [.init(1, 0)], as: .points(.circle), role: .second),
            ]
        ).picture(title: "The less expected, the bigger the surprise", height: 300)
    }
}
