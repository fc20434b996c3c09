import Foundation
import Inspection

extension Figures {
    static let oneKnobPictures: [String: Picture] = ["slopeOfOneKnob": slopeOfOneKnob]

    /// The loss over its only knob, and how steep it is at three places.
    @Sendable private static func slopeOfOneKnob() -> SVG {
        func loss(_ p: Double) -> Double { -(3 * log(p) + log(1 - p)) / 4 }
        func slope(_ p: Double) -> Double { -(3 / p - 1 / (1 - p)) / 4 }
        let curve = stride(from: 0.25, through: 0.975, by: 0.005).map {
            Chart.Point($0, loss($0))
        }
        func tangent(_ p: Double, _ name: String, _ reach: Double, _ role: SVG.Role)
            -> [Chart.Series]
        {
            let ends = [-reach, reach].map { d in Chart.Point(p + d, loss(p) + d * slope(p)) }
            return [
                .init(nil, ends, as: .line(width: 3), role: role),
                .init(nil, [.init(p, loss(p), label: name)], as: .points(.circle), role: .ink),
            ]
        }
        return Chart(
            x: .init("the knob: the chance of a after m", range: (0.25, 1)),
            y: .init("loss", range: (0.4, 1.1)),
            [.init("the loss", curve, as: .line(width: 2), role: .muted, namePlace: .hidden)]
                + tangent(0.5, "slope −1: turn up", 0.16, .accent)
                + tangent(0.75, "slope 0: the bottom", 0.12, .accent)
                + tangent(0.9, "slope 1.67: turn down", 0.07, .accent)
        ).picture(title: "How the ground tilts under one knob")
    }
}
