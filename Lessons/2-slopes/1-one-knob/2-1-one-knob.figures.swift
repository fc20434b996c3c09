import Foundation
import Inspection

extension Figures {
    static let oneKnobPictures: [String: Picture] = ["slopeOfOneKnob": slopeOfOneKnob]

    /// The loss over its only knob, as ground to stand on, and its tilt at three places.
    @Sendable private static func slopeOfOneKnob() -> SVG {
        func loss(_ p: Double) -> Double { -(3 * log(p) + log(1 - p)) / 4 }
        func slope(_ p: Double) -> Double { -(3 / p - 1 / (1 - p)) / 4 }
        func place(_ p: Double, _ loss: Double) -> (x: Double, y: Double) {
            (24 + (p - 0.25) / 0.75 * 430, 262 - (loss - 0.45) / 0.65 * 200)
        }
        var svg = SVG(
            height: 320, title: "How the ground tilts under one knob",
            summary: "The loss over the knob, the chance of a after m: high on the left, lowest at "
                + "0.75, steeply up to the right. Straight lines show its tilt: at 0.5 the slope is "
                + "-1, at 0.75 it is 0, at 0.9 it is 1.67.")
        svg.polyline([place(0.25, 0.45), place(1, 0.45)], stroke: .muted)
        for p in [0.25, 0.5, 0.75, 1] {
            let tick = place(p, 0.45)
            svg.polyline([tick, (tick.x, tick.y + 5)], stroke: .muted)
            svg.text("\(p)", x: tick.x, y: tick.y + 20, anchor: .middle, fill: .muted)
        }
        svg.text(
            "the knob: the chance of a after m", x: 239, y: 304, size: 13, anchor: .middle,
            fill: .muted)
        svg.text("loss ↑", x: 24, y: 54, size: 13, fill: .muted)
        svg.polyline(
            stride(from: 0.26, through: 0.982, by: 0.004).map { place($0, loss($0)) },
            stroke: .ink, width: 2.5)
        let stands: [(p: Double, reach: Double, lines: [String], x: Double, y: Double)] = [
            (0.5, 0.13, ["slope −1", "turn it up →"], 190, 128),
            (0.75, 0.1, ["slope 0", "the bottom"], 310, 166),
            (0.9, 0.055, ["slope 1.67", "← turn it down"], 330, 82),
        ]
        for stand in stands {
            let (p, height) = (stand.p, loss(stand.p))
            svg.polyline(
                [-stand.reach, stand.reach].map { place(p + $0, height + $0 * slope(p)) },
                stroke: .accent, width: 4)
            let foot = place(p, height)
            svg.circle(x: foot.x, y: foot.y, radius: 6, fill: .second)
            for (i, line) in stand.lines.enumerated() {
                svg.text(
                    line, x: stand.x, y: stand.y + 17 * Double(i), size: 14, anchor: .middle,
                    bold: i == 0)
            }
        }
        return svg
    }
}
