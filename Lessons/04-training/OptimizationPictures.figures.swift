import Foundation
import Inspection

/// A line in a chart, with its name at its end.
struct Curve {
    let name: String
    let role: SVG.Role
    let points: [(x: Double, y: Double)]
}

extension Figures {
    /// Curves over one axis, each with its name in the legend.
    ///
    /// - Parameter mark: a number on the y axis for a dashed line.
    static func chart(
        _ title: String, x xName: String, y yName: String, _ curves: [Curve], mark: Double? = nil
    ) -> SVG {
        var svg = SVG(width: 760, height: 400, title: title)
        let frame = (left: 72.0, top: 72.0, right: 728.0, bottom: 344.0)
        let points = curves.flatMap(\.points)
        let (xs, ys) = (points.map(\.x), points.map(\.y) + [mark].compactMap { $0 })
        let (left, right) = (xs.min() ?? 0, xs.max() ?? 1)
        let margin = 0.03 * ((ys.max() ?? 1) - (ys.min() ?? 0))
        let (low, high) = ((ys.min() ?? 0) - margin, (ys.max() ?? 1) + margin)
        func x(_ a: Double) -> Double {
            frame.left + (a - left) / (right - left) * (frame.right - frame.left)
        }
        func y(_ a: Double) -> Double {
            frame.bottom - (a - low) / (high - low) * (frame.bottom - frame.top)
        }

        svg.text(title, x: frame.left, y: 28, size: 15, bold: true)
        for tick in axisTicks(from: low, to: high, about: 6) {
            svg.line(from: (frame.left, y(tick)), to: (frame.right, y(tick)), stroke: .faint)
            svg.text(
                String(format: "%g", tick + 0), x: frame.left - 8, y: y(tick) + 4, anchor: .end,
                fill: .muted)
        }
        for tick in axisTicks(from: left, to: right, about: 5) {
            svg.line(from: (x(tick), frame.bottom), to: (x(tick), frame.bottom + 5))
            svg.text(
                String(format: "%g", tick + 0), x: x(tick), y: frame.bottom + 19, anchor: .middle,
                fill: .muted)
        }
        svg.line(from: (frame.left, frame.bottom), to: (frame.right, frame.bottom))
        svg.line(from: (frame.left, frame.top), to: (frame.left, frame.bottom))
        svg.text(
            xName, x: (frame.left + frame.right) / 2, y: frame.bottom + 40, anchor: .middle)
        svg.text(
            yName, x: 20, y: (frame.top + frame.bottom) / 2, anchor: .middle, turned: true)
        if let mark {
            svg.line(
                from: (frame.left, y(mark)), to: (frame.right, y(mark)), stroke: .ink, dashed: true)
        }
        let step = (frame.right - frame.left) / Double(max(curves.count, 3))
        for (i, curve) in curves.enumerated() {
            svg.polyline(curve.points.map { (x($0.x), y($0.y)) }, stroke: curve.role, width: 2)
            legend(&svg, curve.name, curve.role, x: frame.left + Double(i) * step)
        }
        return svg
    }

    private static func legend(_ svg: inout SVG, _ name: String, _ role: SVG.Role, x: Double) {
        svg.polyline([(x, 50), (x + 22, 50)], stroke: role, width: 2)
        svg.text(name, x: x + 28, y: 54, fill: .muted)
    }

    /// Paths in the ravine of `ravine`, on lines of equal height.
    static func ravineChart(
        _ title: String,
        _ paths: [(name: String, role: SVG.Role, points: [(steep: Double, flat: Double)])]
    ) -> SVG {
        var svg = SVG(width: 760, height: 380, title: title)
        let scale = 54.0
        let centre = (x: 590.0, y: 212.0)
        func place(_ flat: Double, _ steep: Double) -> (x: Double, y: Double) {
            (centre.x + scale * flat, centre.y - scale * steep)
        }
        svg.text(title, x: 32, y: 28, size: 15, bold: true)
        // 10 s² + 0.5 f² = height, once around.
        for height in [1.0, 4, 10, 20, 40, 60] {
            let points = (0...120).map { i in
                let angle = 2 * .pi * Double(i) / 120
                return place(
                    (2 * height).squareRoot() * cos(angle), (height / 10).squareRoot() * sin(angle))
            }
            svg.polyline(points, stroke: .faint)
        }
        svg.circle(x: centre.x, y: centre.y, radius: 4, fill: .ink)
        svg.text("lowest point", x: centre.x, y: centre.y + 34, anchor: .middle, fill: .muted)
        for (i, path) in paths.enumerated() {
            let points = path.points.map { place($0.flat, $0.steep) }
            svg.polyline(points, stroke: path.role, width: 1.5)
            for point in points { svg.circle(x: point.x, y: point.y, radius: 2.5, fill: path.role) }
            legend(&svg, path.name, path.role, x: 32 + Double(i) * 260)
        }
        if let start = paths.first?.points.first {
            let point = place(start.flat, start.steep)
            svg.circle(x: point.x, y: point.y, radius: 5, stroke: .ink)
            svg.text("start", x: point.x + 10, y: point.y - 8, fill: .muted)
        }
        return svg
    }
}
