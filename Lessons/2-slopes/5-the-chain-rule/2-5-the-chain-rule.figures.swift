import Foundation
import Inspection

extension Figures {
    static let chainRulePictures: [String: Picture] = ["gearsInAChain": gearsInAChain]

    /// Three shafts joined by two pairs of wheels, of 3 to 1 and of 2 to 1.
    @Sendable private static func gearsInAChain() -> SVG {
        var svg = SVG(
            height: 290, title: "Gears multiply, and so do slopes",
            summary: "A large wheel, x, turns one a third as large, u, three times as fast. On u's "
                + "shaft sits a wheel that turns one half as large, y, twice as fast. So y turns "
                + "six times as fast as x.")
        let tooth = 6.2  // of a wheel's circumference, in radians × radius
        func wheel(_ x: Double, _ y: Double, _ radius: Double, _ role: SVG.Role, turned: Double = 0)
        {
            let teeth = (2 * .pi * radius / (2 * tooth)).rounded()
            let points = (0...Int(teeth * 4)).map { i in
                let angle = (Double(i) / 4 + turned) / teeth * 2 * .pi
                let r = radius + (i % 4 < 2 ? 4 : -4)
                return (x: x + r * cos(angle), y: y + r * sin(angle))
            }
            svg.circle(x: x, y: y, radius: radius - 4, fill: role, opacity: 0.14)
            svg.polyline(points, stroke: role, width: 1.8)
            svg.circle(x: x, y: y, radius: 4, fill: role)
        }
        let y = 146.0
        wheel(120, y, 84, .accent)
        wheel(232, y, 56, .second)
        wheel(232, y, 28, .second, turned: 0.5)
        wheel(316, y, 28, .accent, turned: 0.5)
        svg.text("x", x: 120, y: y - 14, size: 22, anchor: .middle, bold: true)
        svg.text("u", x: 232, y: y - 37, size: 16, anchor: .middle, bold: true)
        svg.text("y", x: 316, y: y - 40, size: 22, anchor: .middle, bold: true)
        svg.text("x turns once", x: 120, y: 262, size: 14, anchor: .middle)
        svg.text("u: 3 times", x: 232, y: 262, size: 14, anchor: .middle)
        svg.text("y: 3 · 2 = 6 times", x: 372, y: 262, size: 14, anchor: .middle, bold: true)
        svg.text("y = u · u", x: 364, y: y - 4, size: 15)
        svg.text("2 times as fast as u", x: 364, y: y + 16, size: 11.5, fill: .muted)
        svg.text("(where u is 1)", x: 364, y: y + 32, size: 11.5, fill: .muted)
        svg.text("u = 3 · x + 1", x: 232, y: 64, size: 15, anchor: .start)
        svg.text("3 times as fast as x", x: 232, y: 80, size: 11.5, fill: .muted)
        return svg
    }
}
