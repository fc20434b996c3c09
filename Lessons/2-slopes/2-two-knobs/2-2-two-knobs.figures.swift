import Foundation
import Inspection

extension Figures {
    static let twoKnobsPictures: [String: Picture] = ["stepsDownABowl": stepsDownABowl]

    /// The loss over two knobs from above, and steps from a guess to the bottom: small ones, and some
    /// that are too large.
    @Sendable private static func stepsDownABowl() -> SVG {
        func loss(_ p: Double, _ q: Double) -> Double {
            -(3 * log(p) + 2 * log(q) + log(1 - p - q)) / 6
        }
        func path(_ rate: Double, _ steps: Int) -> [(x: Double, y: Double)] {
            var (p, q) = (1 / 3.0, 1 / 3.0)
            return (0...steps).map { _ in
                defer {
                    let rest = 1 / (1 - p - q)
                    (p, q) = (p + rate * (3 / p - rest) / 6, q + rate * (2 / q - rest) / 6)
                }
                return (p, q)
            }
        }
        /// All around the bottom, as far as the loss is this much higher.
        func ring(_ height: Double) -> [(x: Double, y: Double)] {
            stride(from: 0, through: 360, by: 3).map { degrees in
                let (x, y) = (cos(degrees * .pi / 180), sin(degrees * .pi / 180))
                var (near, far) = (0.0, 1.0)
                for _ in 0..<40 {
                    let r = (near + far) / 2
                    let (p, q) = (0.5 + r * x, 1 / 3.0 + r * y)
                    let isInside =
                        min(p, q, 1 - p - q) > 0 && loss(p, q) < loss(0.5, 1 / 3.0) + height
                    (near, far) = isInside ? (r, far) : (near, r)
                }
                return (0.5 + near * x, 1 / 3.0 + near * y)
            }
        }
        var svg = SVG(
            height: 330, title: "Steps down a bowl of two knobs",
            summary: "The loss over two knobs as rings around its lowest point, twice. Left: small "
                + "steps curve down to the bottom. Right: steps that are too large jump from one "
                + "side of the bowl to the other and never arrive.")
        let (low, size, side) = ((p: 0.25, q: 0.12), 0.44, 210.0)
        for (left, rate, steps, title, role) in [
            (20.0, 0.05, 40, "steps of 0.05 × slope: it arrives", SVG.Role.accent),
            (250.0, 0.15, 40, "0.15 × slope: it jumps for ever", SVG.Role.second),
        ] {
            func place(_ point: (x: Double, y: Double)) -> (x: Double, y: Double) {
                (
                    left + (point.x - low.p) / size * side,
                    276 - (point.y - low.q) / size * side
                )
            }
            svg.text(title, x: left, y: 54, size: 12.5, bold: true)
            svg.rectangle(x: left, y: 276 - side, width: side, height: side, stroke: .faint)
            for (i, height) in [0.004, 0.016, 0.036, 0.064].enumerated() {
                svg.polyline(
                    ring(height).map(place), stroke: .muted, width: 1, opacity: 1 - 0.2 * Double(i))
            }
            let points = path(rate, steps).map(place)
            svg.polyline(points, stroke: role, width: 1.5)
            for point in points.dropFirst() {
                svg.circle(x: point.x, y: point.y, radius: 2.5, fill: role)
            }
            svg.circle(x: points[0].x, y: points[0].y, radius: 5, fill: .paper, stroke: .ink)
            svg.text("start", x: points[0].x - 9, y: points[0].y + 4, anchor: .end)
            svg.text(
                "knob p: the chance of a →", x: left + side / 2, y: 294, size: 11.5,
                anchor: .middle, fill: .muted)
        }
        svg.text(
            "Upwards: knob q, the chance of i. Each ring is a line of equal loss.", x: 20, y: 318,
            size: 12, fill: .muted)
        return svg
    }
}
