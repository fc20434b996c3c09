import Foundation
import Inspection
import MicroGPT

extension Figures {
    static let normPictures: [String: Picture] = ["normArrows": normArrows]

    /// Vectors of two numbers as arrows, before `rmsnorm` and after it.
    @Sendable private static func normArrows() throws -> SVG {
        let vectors: [[Double]] = [
            [0.4, 2.8], [0.35, -0.25], [2.3, 1.2], [-1.6, 0.5], [-0.5, -0.55], [1.3, -2.3],
            [-1.1, 2.0],
        ]
        var svg = SVG(
            height: 290, title: "The norm keeps the direction, and sets the length",
            summary:
                "Left, arrows of many lengths from one point. Right, the same arrows in the same "
                + "directions, all ending on one circle.")
        func arrows(_ vectors: [[Double]], at x: Double, _ role: SVG.Role) {
            for v in vectors {
                let (dx, dy) = (36 * v[0], -36 * v[1])
                let (ex, ey, length) = (x + dx, 158 + dy, (dx * dx + dy * dy).squareRoot())
                let (ux, uy) = (dx / length, dy / length)
                svg.polyline([(x, 158), (ex, ey)], stroke: role, width: 3)
                svg.polyline(
                    [
                        (ex - 9 * ux + 5 * uy, ey - 9 * uy - 5 * ux), (ex, ey),
                        (ex - 9 * ux - 5 * uy, ey - 9 * uy + 5 * ux),
                    ], stroke: role, width: 3)
            }
        }
        arrows(vectors, at: 128, .second)
        svg.circle(x: 356, y: 158, radius: 36 * 2.0.squareRoot(), stroke: .muted)
        arrows(vectors.map { rmsnorm($0.map { Value($0) }).map(\.data) }, at: 356, .accent)
        svg.text("before", x: 128, y: 276, size: 15, anchor: .middle, bold: true)
        svg.text("after", x: 356, y: 276, size: 15, anchor: .middle, bold: true)
        return svg
    }
}
