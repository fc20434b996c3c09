import Foundation
import Inspection

/// The vectors of positions: downwards the position, a column for each of its numbers, in which a
/// bar goes to the right of the middle above zero, and to the left below.
public func positionsPicture(_ positions: SinusoidalPositions, count: Int) -> SVG {
    let vectors = (0..<count).map { positions.vector(at: $0) }
    let series = (0..<positions.count).map { i in
        Chart.Series(
            nil,
            vectors.enumerated().map { t, vector in
                .init(
                    Double(i) + 0.46 * vector[i], Double(t),
                    tip: String(format: "position %ld, number %ld: %.4f", t, i, vector[i]))
            }, as: .rows(width: 0.9, from: Double(i)),
            role: i.isMultiple(of: 2) ? .accent : .second)
    }
    let last = Double(count - 1)
    return Chart(
        x: .init(
            "number", range: (-0.6, Double(positions.count) - 0.4),
            ticks: (0..<positions.count).map { (Double($0), "\($0)") }, hasGrid: true),
        y: .init(
            "position", range: (last + 0.6, -0.6),
            ticks: stride(from: 0, through: last, by: 8).map { ($0, String(Int($0))) }),
        series
    ).picture(
        title: "Positions as waves", height: 620,
        note: ["A bar to the right: above zero; to the left: below. The longest: 1 and -1."])
}
