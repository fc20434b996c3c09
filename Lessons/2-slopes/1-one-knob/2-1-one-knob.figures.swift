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
        func tangent(_ p: Double, _ reach: Double, _ label: String, at x: Double, _ y: Double)
            -> [Chart.Series]
        {
            let ends = [-reach, reach].map { d in Chart.Point(p + d, loss(p) + d * slope(p)) }
            return [
                .init(label, ends, as: .line(width: 3), role: .accent, namePlace: .at(x, y)),
                .init(nil, [.init(p, loss(p))], as: .points(.circle), role: .ink),
            ]
        }
        return Chart(
            x: .init("the knob: the chance of a after m", range: (0.25, 1)),
            y: .init("loss", range: (0.4, 1.1)),
            [.init("the loss", curve, as: .line(width: 2), role: .muted, namePlace: .hidden)]
                + tangent(0.5, 0.16, "slope −1:\nturn it up", at: 0.33, 0.64)
                + tangent(0.75, 0.12, "slope 0:\nthe bottom", at: 0.68, 0.5)
                + tangent(0.9, 0.07, "slope 1.67:\nturn it down", at: 0.7, 0.8)
        ).picture(title: "How the ground tilts under one knob")
    }
}
