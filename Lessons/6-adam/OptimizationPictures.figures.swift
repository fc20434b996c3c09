import Foundation
import Inspection

extension Figures {
    /// Paths in the ravine of `ravine`, on lines of equal height.
    static func ravineChart(
        _ title: String, _ paths: [(name: String, points: [(steep: Double, flat: Double)])]
    ) -> SVG {
        // 10 s² + 0.5 f² = height, once around.
        let contours = [1.0, 4, 10, 20, 40, 60].map { height in
            Chart.Series(
                nil,
                (0...240).map { i in
                    let angle = 2 * .pi * Double(i) / 240
                    return .init(
                        (2 * height).squareRoot() * cos(angle),
                        (height / 10).squareRoot() * sin(angle))
                }, as: .line(width: 1), role: .faint)
        }
        let markers: [Chart.Marker] = [.circle, .frame]
        let series = zip(paths, markers).map { path, marker in
            Chart.Series(
                path.name, path.points.map { .init($0.flat, $0.steep) },
                as: .line(width: 1.25, marker: marker), namePlace: .above)
        }
        let ends =
            [Chart.Point(0, 0, label: "lowest")]
            + paths.prefix(1).flatMap { $0.points.prefix(1) }.map {
                .init($0.flat, $0.steep, label: "start")
            }
        return Chart(
            x: .init("along the ravine", range: (-10, 3.5)),
            y: .init("across it", range: (-2.6, 2.6)), hasEqualUnits: true,
            contours + series + [Chart.Series(nil, ends, as: .points(.circle), role: .ink)]
        ).picture(title: title, height: 300)
    }
}
