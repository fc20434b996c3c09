import Foundation
import Inspection
import MicroGPT

/// The gradients of models of many depths, one panel for each design: from left to right the layers,
/// upwards the powers of ten.
///
/// - Parameter designs: the name of each, and for each of its models the gradient at each depth.
public func depthPicture(_ designs: [(name: String, models: [[Double]])]) -> SVG {
    let exponents = designs.flatMap { $0.models.joined() }.filter { $0 > 0 }.map { log10($0) }
    let low = (exponents.min() ?? -1).rounded(.down)
    let high = max((exponents.max() ?? 0).rounded(.up), low + 1)
    let deepest = max(designs.flatMap(\.models).map(\.count).max() ?? 2, 2) - 1
    let panels = designs.map { name, models in
        let series = models.map { gradients in
            let isDeepest = gradients.count == deepest + 1
            let layers = gradients.count - 1
            return Chart.Series(
                isDeepest ? "\(layers) layers" : nil,
                gradients.enumerated().map { .init(Double($0), $1) },
                as: .line(width: isDeepest ? 2.5 : 1),
                role: isDeepest ? .second : .accent, namePlace: .hidden)
        }
        let ends = Chart.Series(
            nil,
            models.compactMap { gradients in
                gradients.last.map { .init(Double(gradients.count - 1), $0) }
            }, as: .points(.circle), role: .accent)
        return (
            name,
            Chart(
                x: .init("", range: (0, Double(deepest))),
                y: .init("", range: (pow(10, low), pow(10, high)), isLogarithmic: true),
                series + [ends])
        )
    }
    return Chart.picture(
        title: "The loss's gradient by x, at each depth", panels, height: 160,
        note: [
            "Across: layers below x, 0 is the embedding. Up: the gradient. "
                + "A line for each model, with a dot at its last layer; thick: the deepest."
        ])
}
