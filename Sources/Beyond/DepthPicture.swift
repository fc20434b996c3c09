import Foundation
import Inspection
import MicroGPT

/// The gradients of models of many depths, one panel for each design: from left to right the layers,
/// upwards the powers of ten.
///
/// - Parameter designs: the name of each, and for each of its models the gradient at each depth.
public func depthPicture(_ designs: [(name: String, models: [[Double]])]) -> SVG {
    var svg = SVG(width: 760, height: 520, title: "The loss's gradient by x, at each depth")
    let exponents = designs.flatMap { $0.models.joined() }.filter { $0 > 0 }.map { log10($0) }
    let low = (exponents.min() ?? -1).rounded(.down)
    let high = max((exponents.max() ?? 0).rounded(.up), low + 1)
    let deepest = max(designs.flatMap(\.models).map(\.count).max() ?? 2, 2) - 1
    svg.text(svg.title, x: 24, y: 28, size: 15, bold: true)
    for (i, (name, models)) in designs.enumerated() {
        let (left, top) = (56 + 236 * Double(i % 3), 74 + 222 * Double(i / 3))
        let (width, height) = (190.0, 150.0)
        func point(_ depth: Int, _ gradient: Double) -> (x: Double, y: Double) {
            (
                left + Double(depth) / Double(deepest) * width,
                top + (high - log10(gradient)) / (high - low) * height
            )
        }
        svg.text(name, x: left, y: top - 12, bold: true)
        for tick in axisTicks(from: low, to: high, about: 4) where tick == tick.rounded() {
            let y = point(0, pow(10, tick)).y
            svg.line(from: (left, y), to: (left + width, y), stroke: .faint)
            svg.text(
                tick == 0 ? "1" : String(format: "1e%.0f", tick), x: left - 6, y: y + 4, size: 10,
                anchor: .end, fill: .muted)
        }
        for depth in axisTicks(from: 0, to: Double(deepest), about: 4).map({ Int($0) }) {
            svg.text(
                "\(depth)", x: point(depth, 1).x, y: top + height + 16, size: 10, anchor: .middle,
                fill: .muted)
        }
        for gradients in models {
            let isDeepest = gradients.count == deepest + 1
            let points = gradients.enumerated().filter { $0.element > 0 }.map(point)
            svg.polyline(
                points, stroke: isDeepest ? .second : .accent, width: isDeepest ? 2 : 1.25,
                opacity: isDeepest ? 1 : 0.6)
            if let end = points.last {
                svg.circle(x: end.x, y: end.y, radius: 2, fill: isDeepest ? .second : .accent)
            }
        }
    }
    svg.text(
        "layers below x: 0 is the embedding, a dot the last layer; the deepest model stands out",
        x: 24, y: svg.height - 14, fill: .muted)
    return svg
}
