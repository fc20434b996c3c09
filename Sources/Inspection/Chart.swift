import Foundation
import MicroGPT

/// Lines, points and bars over two axes: a picture, or one panel of it.
///
/// Each line has dashes of its own, and its name with a sample of them beside its end: nothing is
/// told by colour alone.
public struct Chart: Sendable {
    /// What lies along one side.
    public struct Axis: Sendable {
        fileprivate let name: String
        fileprivate let range: (from: Double, to: Double)?
        fileprivate let isLogarithmic: Bool
        fileprivate let ticks: [(at: Double, label: String)]?
        fileprivate let hasGrid: Bool?

        /// - Parameters:
        ///   - name: what its numbers are; may be empty.
        ///   - range: its first number, left or at the bottom, and its last, which may be less; if
        ///     there is none, all that is drawn.
        ///   - isLogarithmic: whether equal ways are equal factors; numbers that are not above zero
        ///     are then left out.
        ///   - ticks: where it has which labels, if not at round numbers.
        ///   - hasGrid: whether its ticks are lines over the whole chart, which by default those of
        ///     the upright axis are.
        public init(
            _ name: String, range: (from: Double, to: Double)? = nil, isLogarithmic: Bool = false,
            ticks: [(at: Double, label: String)]? = nil, hasGrid: Bool? = nil
        ) {
            (self.name, self.range, self.isLogarithmic) = (name, range, isLogarithmic)
            (self.ticks, self.hasGrid) = (ticks, hasGrid)
        }
    }

    /// A place in the chart, with what may stand at it.
    public struct Point: Sendable {
        fileprivate let x, y, error: Double
        fileprivate let label, tip: String?

        /// - Parameters:
        ///   - error: a line reaches as far as this above and below, for a standard error.
        ///   - label: stands beside it: at the end of a bar, or where there is room.
        ///   - tip: is shown under the mouse.
        public init(
            _ x: Double, _ y: Double, error: Double = 0, label: String? = nil, tip: String? = nil
        ) {
            (self.x, self.y, self.error, self.label, self.tip) = (x, y, error, label, tip)
        }
    }

    /// The shape of a point.
    public enum Marker: Sendable {
        /// Filled, or their outlines.
        case circle, ring, square, frame
    }

    /// How points are drawn.
    public enum Form: Sendable {
        /// A line through them, and a marker at each, if there is one.
        case line(width: Double = 2, marker: Marker? = nil)
        /// Each by itself.
        case points(Marker)
        /// Upright bars from zero or the end of the axis, as wide as so much of the other.
        case columns(width: Double)
        /// Level bars, likewise, or from a number of their own.
        case rows(width: Double, from: Double? = nil)
    }

    /// Where the name of a series stands.
    public enum NamePlace: Sendable, Equatable {
        /// Beside the chart, as near to the last point as other names allow.
        case end
        /// Above the chart.
        case above
        /// To the right of this point of the chart.
        case at(Double, Double)
        /// Nowhere; a note below the picture says what it is.
        case hidden
    }

    /// What belongs together: a line, or points or bars of one kind.
    public struct Series: Sendable {
        fileprivate let name: String?
        fileprivate let form: Form
        fileprivate let points: [Point]
        fileprivate let role: SVG.Role?
        fileprivate let opacity: Double
        fileprivate let namePlace: NamePlace

        /// - Parameters:
        ///   - name: may have several lines; without a name it is background, and not in the
        ///     picture's summary.
        ///   - role: if not the next colour.
        public init(
            _ name: String?, _ points: [Point], as form: Form = .line(), role: SVG.Role? = nil,
            opacity: Double = 1, namePlace: NamePlace = .end
        ) {
            (self.name, self.form, self.role) = (name, form, role)
            self.points = points.filter { $0.x.isFinite && $0.y.isFinite && $0.error.isFinite }
            (self.opacity, self.namePlace) = (opacity, namePlace)
        }
    }

    private let x, y: Axis
    private let hasEqualUnits: Bool
    private let series: [Series]

    /// A chart of these, the first at the back.
    ///
    /// - Parameter hasEqualUnits: whether one is as long on both axes, so that distances can be
    ///   compared; the chart is then as large as that allows.
    public init(x: Axis, y: Axis, hasEqualUnits: Bool = false, _ series: [Series]) {
        (self.x, self.y, self.series) = (x, y, series)
        self.hasEqualUnits = hasEqualUnits
    }

    /// The chart as a picture of its own.
    ///
    /// - Parameters:
    ///   - height: of the whole picture.
    ///   - note: paragraphs below the chart.
    public func picture(title: String, height: Double = 320, note: [String] = []) -> SVG {
        Self.picture(title: title, [("", self)], height: height - 38, columns: 1, note: note)
    }

    /// Charts side by side, each below its name.
    ///
    /// - Parameters:
    ///   - height: of each.
    ///   - columns: how many stand in a row.
    ///   - note: paragraphs below them.
    public static func picture(
        title: String, _ panels: [(name: String, chart: Chart)], height: Double = 170,
        columns: Int = 2, note: [String] = []
    ) -> SVG {
        let top = 38.0
        let rows = (panels.count + columns - 1) / columns
        let bottom = top + Double(rows) * height
        let lines = note.flatMap(SVG.lines)
        var svg = SVG(
            height: bottom + (lines.isEmpty ? 0 : 12 + 16 * Double(lines.count)), title: title,
            summary: (panels.map { name, chart in
                (name.isEmpty ? "" : "\(name): ") + chart.summary
            } + note).joined(separator: " "))
        let width = (svg.width - 16) / Double(columns)
        for (i, (name, chart)) in panels.enumerated() {
            let (left, top) = (
                10 + width * Double(i % columns), top + height * Double(i / columns)
            )
            if !name.isEmpty { svg.text(name, x: left + 6, y: top + 14, bold: true) }
            let head = name.isEmpty ? 0.0 : 16
            chart.draw(in: &svg, x: left, y: top + head, width: width, height: height - head)
        }
        for (i, line) in lines.enumerated() {
            svg.text(line, x: 16, y: bottom + 14 + 16 * Double(i), fill: .muted)
        }
        return svg
    }

    // MARK: - In words

    /// The axes, and for each series with a name its numbers, or of many the first, the last and the
    /// extremes.
    var summary: String {
        let axes = [("Across", x, xRange), ("Up", y, yRange)].map { side, axis, range in
            let name = axis.name.isEmpty ? "" : axis.name + ", "
            return "\(side): \(name)\(short(range.from)) to \(short(range.to))."
        }
        return (axes + series.compactMap { summary(of: $0) }).joined(separator: " ")
    }

    private func summary(of series: Series) -> String? {
        guard let name = series.name?.replacing("\n", with: " ") else { return nil }
        let points = series.points
        func text(_ point: Point) -> String {
            let error = point.error > 0 ? " ± \(short(point.error))" : ""
            return if case .rows = series.form {
                "\(y.label(of: point.y)) \(point.label ?? short(point.x))"
            } else if case .points = series.form, let label = point.label {
                label
            } else {
                "\(short(point.y))\(error) at \(x.label(of: point.x))"
            }
        }
        let ys = points.map(\.y)
        if points.count > 12, case .line = series.form, let low = ys.min(), let high = ys.max() {
            return "\(name): \(text(points[0])); \(text(points[points.count - 1])); "
                + "between \(short(low)) and \(short(high))."
        }
        return "\(name): \(points.map(text).joined(separator: "; "))."
    }

    // MARK: - Where everything is

    /// From numbers on an axis to places on the paper.
    private struct Scale {
        let isLogarithmic: Bool
        let from, to: Double
        let start, end: Double

        init(_ axis: Axis, _ range: (from: Double, to: Double), start: Double, end: Double) {
            isLogarithmic = axis.isLogarithmic
            (from, to) = (axis.transformed(range.from), axis.transformed(range.to))
            (self.start, self.end) = (start, end)
        }

        /// The place, or the end of the axis that is nearest to it.
        func callAsFunction(_ number: Double) -> Double {
            start + min(max(0, share(number)), 1) * (end - start)
        }

        /// Where bars begin: at zero, if the axis has it.
        var base: Double { holds(0) ? self(0) : start }

        /// Whether it is on the axis, but for rounding.
        func holds(_ number: Double) -> Bool { -1e-6...1 + 1e-6 ~= share(number) }

        /// How far along the axis it is: from 0 to 1, if it is on it.
        private func share(_ number: Double) -> Double {
            let place = isLogarithmic ? log10(max(0, number)) : number
            return (place - from) / (to - from)
        }
    }

    private var xRange: (from: Double, to: Double) {
        x.range ?? x.range(of: series.flatMap { $0.extent.x }, margin: 0)
    }

    private var yRange: (from: Double, to: Double) {
        y.range ?? y.range(of: series.flatMap { $0.extent.y }, margin: 0.04)
    }

    // MARK: - On the paper

    private static let lineHeight = 14.0
    private static let sampleWidth = 24.0

    private func draw(
        in svg: inout SVG, x left: Double, y top: Double, width: Double, height: Double
    ) {
        let (xRange, yRange) = (xRange, yRange)
        let yTicks = y.labelledTicks(yRange, about: Int(hasEqualUnits ? width / 60 : height / 45))
        let small = SVG.smallFont
        let beside =
            series.filter { $0.isNamed(.end) }.flatMap(\.nameLines)
            .map { SVG.width(of: $0) + Self.sampleWidth + 8 }.max() ?? 0
        let above = series.enumerated().filter { $0.element.isNamed(.above) }
        var frame = (
            left: left + 14 + (yTicks.map { SVG.width(of: $0.label, size: small) }.max() ?? 0),
            top: top + (y.name.isEmpty ? 8 : 24) + (above.isEmpty ? 0 : 20),
            right: left + width - 12 - min(beside, 0.4 * width),
            bottom: top + height - (x.name.isEmpty ? 22 : 40)
        )
        if hasEqualUnits {
            let (across, up) = (abs(xRange.to - xRange.from), abs(yRange.to - yRange.from))
            let unit = min((frame.right - frame.left) / across, (frame.bottom - frame.top) / up)
            (frame.right, frame.bottom) = (frame.left + unit * across, frame.top + unit * up)
        }
        let xScale = Scale(x, xRange, start: frame.left, end: frame.right)
        let yScale = Scale(y, yRange, start: frame.bottom, end: frame.top)
        let step = hasEqualUnits ? 60.0 : x.isLogarithmic ? 40 : 50
        let xTicks = x.labelledTicks(
            xRange, about: Int((hasEqualUnits ? width : frame.right - frame.left) / step))

        var legend = left + 6
        for (i, one) in above {
            sample(i, in: &svg, x: legend, y: top + 8)
            svg.text(one.nameLines[0], x: legend + Self.sampleWidth, y: top + 12, fill: .muted)
            legend += Self.sampleWidth + SVG.width(of: one.nameLines[0]) + 14
        }
        if !y.name.isEmpty { svg.text(y.name, x: left + 6, y: frame.top - 12) }
        for (tick, label) in yTicks {
            let place = yScale(tick)
            if y.hasGrid ?? true {
                svg.line(from: (frame.left, place), to: (frame.right, place), stroke: .faint)
            }
            svg.text(
                label, x: frame.left - 6, y: place + 4, size: small, anchor: .end, fill: .muted)
        }
        for (tick, label) in xTicks {
            let place = xScale(tick)
            if x.hasGrid ?? false {
                svg.line(from: (place, frame.top), to: (place, frame.bottom), stroke: .faint)
            } else if x.ticks == nil {
                svg.line(from: (place, frame.bottom), to: (place, frame.bottom + 4))
            }
            svg.text(
                label, x: place, y: frame.bottom + 16, size: small, anchor: .middle, fill: .muted)
        }
        svg.line(from: (frame.left, frame.bottom), to: (frame.right, frame.bottom))
        svg.line(from: (frame.left, frame.top), to: (frame.left, frame.bottom))
        if !x.name.isEmpty {
            svg.text(
                x.name, x: (frame.left + frame.right) / 2, y: frame.bottom + 34, anchor: .middle)
        }

        for i in series.indices { draw(i, in: &svg, xScale, yScale) }
        labelPoints(in: &svg, xScale, yScale)
        nameEnds(in: &svg, x: frame.right + 8, yScale)
        for (i, one) in series.enumerated() {
            guard case .at(let x, let y) = one.namePlace, one.name != nil else { continue }
            name(i, in: &svg, x: xScale(x), y: yScale(y))
        }
    }

    private func role(_ i: Int) -> SVG.Role {
        let roles: [SVG.Role] = [.accent, .second, .ink, .muted]
        return series[i].role ?? roles[place(i) % roles.count]
    }

    /// Of a line, unless it is background.
    private func dashes(_ i: Int) -> [Double] {
        let patterns: [[Double]] = [[], [7, 3], [2, 3], [10, 3, 2, 3], [4, 2, 4, 6]]
        return series[i].name == nil ? [] : patterns[place(i) % patterns.count]
    }

    /// Bars of every second series are outlines.
    private func isOutline(_ i: Int) -> Bool { series[i].name != nil && place(i) % 2 == 1 }

    /// Its place among those with names that are told apart.
    private func place(_ i: Int) -> Int { series[..<i].count { $0.name != nil } }

    private func draw(_ i: Int, in svg: inout SVG, _ xScale: Scale, _ yScale: Scale) {
        let one = series[i]
        func place(_ point: Point) -> (x: Double, y: Double) { (xScale(point.x), yScale(point.y)) }
        func isInside(_ point: Point) -> Bool { xScale.holds(point.x) && yScale.holds(point.y) }
        func bar(_ point: Point, _ xs: (Double, Double), _ ys: (Double, Double)) {
            svg.rectangle(
                x: min(xs.0, xs.1), y: min(ys.0, ys.1), width: max(abs(xs.1 - xs.0), 1),
                height: max(abs(ys.1 - ys.0), 1), fill: isOutline(i) ? nil : role(i),
                stroke: isOutline(i) ? role(i) : nil, opacity: one.opacity, tip: point.tip)
        }
        switch one.form {
        case .line(let width, let marker):
            // Where a line leaves the chart, it ends.
            for part in one.points.split(whereSeparator: { !isInside($0) }) {
                svg.polyline(
                    part.map(place), stroke: role(i), width: width, opacity: one.opacity,
                    dashes: dashes(i))
            }
            if let marker { one.points.filter(isInside).forEach { mark($0, marker) } }
        case .points(let marker): one.points.filter(isInside).forEach { mark($0, marker) }
        case .columns(let width):
            for point in one.points {
                bar(
                    point, (xScale(point.x - width / 2), xScale(point.x + width / 2)),
                    (yScale.base, yScale(point.y)))
            }
        case .rows(let width, let base):
            for point in one.points {
                bar(
                    point, (base.map { xScale($0) } ?? xScale.base, xScale(point.x)),
                    (yScale(point.y - width / 2), yScale(point.y + width / 2)))
            }
        }
        for point in one.points where point.error > 0 {
            let (x, ends) = (xScale(point.x), [-1.0, 1].map { yScale(point.y + $0 * point.error) })
            svg.line(from: (x, ends[0]), to: (x, ends[1]), stroke: .ink)
            for y in ends { svg.line(from: (x - 4, y), to: (x + 4, y), stroke: .ink) }
        }
        func mark(_ point: Point, _ marker: Marker) {
            let (x, y) = place(point)
            svg.mark(marker, x: x, y: y, role: role(i), tip: point.tip)
        }
    }

    /// A sample of a line, a point or a bar, for its name.
    private func sample(_ i: Int, in svg: inout SVG, x: Double, y: Double) {
        switch series[i].form {
        case .line(let width, let marker):
            svg.polyline(
                [(x, y), (x + 18, y)], stroke: role(i), width: width, opacity: series[i].opacity,
                dashes: dashes(i))
            if let marker { svg.mark(marker, x: x + 9, y: y, role: role(i)) }
        case .points(let marker): svg.mark(marker, x: x + 12, y: y, role: role(i))
        case .columns, .rows:
            svg.rectangle(
                x: x + 6, y: y - 5, width: 12, height: 10, fill: isOutline(i) ? nil : role(i),
                stroke: isOutline(i) ? role(i) : nil)
        }
    }

    /// A series's name, with a sample before it.
    private func name(_ i: Int, in svg: inout SVG, x: Double, y: Double) {
        let lines = series[i].nameLines
        sample(i, in: &svg, x: x, y: y)
        for (j, line) in lines.enumerated() {
            let down = Self.lineHeight * (Double(j) - Double(lines.count - 1) / 2)
            svg.text(line, x: x + Self.sampleWidth, y: y + 4 + down)
        }
    }

    private func nameEnds(in svg: inout SVG, x: Double, _ yScale: Scale) {
        let ends = series.indices.filter { series[$0].isNamed(.end) }
            .map { i in
                let last = series[i].points.last { yScale.holds($0.y) }
                return (i: i, y: last.map { yScale($0.y) } ?? yScale.start)
            }.sorted { $0.y < $1.y }
        let heights = ends.map { Self.lineHeight * Double(series[$0.i].nameLines.count) }
        let room = min(yScale.start, yScale.end) - 8...max(yScale.start, yScale.end) + 8
        for (end, y) in zip(ends, spread(ends.map(\.y), sizes: heights, gap: 2, within: room)) {
            name(end.i, in: &svg, x: x, y: y)
        }
    }

    /// Bars' labels at their ends; points' labels where they cover no other point and no other
    /// label, if there is such a place.
    private func labelPoints(in svg: inout SVG, _ xScale: Scale, _ yScale: Scale) {
        typealias Box = (x: Double, y: Double, halfWidth: Double, halfHeight: Double)
        var taken: [Box] = series.filter { $0.name != nil }.flatMap(\.points)
            .map { (xScale($0.x), yScale($0.y), 4, 4) }
        for (i, one) in series.enumerated() {
            for point in one.points {
                guard let label = point.label else { continue }
                let (x, y) = (xScale(point.x), yScale(point.y))
                switch one.form {
                case .columns:
                    svg.text(
                        label, x: x, y: yScale(point.y + point.error) - 5, size: SVG.smallFont,
                        anchor: .middle, fill: .muted)
                case .rows:
                    svg.text(label, x: x + 6, y: y + 4, size: SVG.smallFont, fill: .muted)
                case .line, .points:
                    let halfWidth = SVG.width(of: label, size: 14) / 2 + 1
                    let (side, above) = (halfWidth + 5, 12.0)
                    let offsets = [
                        (0, -above), (side, 0), (-side, 0), (0, above), (side, -above),
                        (-side, -above), (side, above), (-side, above),
                    ]
                    let free = offsets.first { dx, dy in
                        let isInside =
                            x + dx - halfWidth > xScale.start && x + dx + halfWidth < xScale.end
                        return isInside
                            && !taken.contains {
                                abs($0.x - x - dx) < $0.halfWidth + halfWidth
                                    && abs($0.y - y - dy) < $0.halfHeight + 6
                            }
                    }
                    let (dx, dy) = free ?? offsets[0]
                    taken.append((x + dx, y + dy, halfWidth, 6))
                    svg.text(
                        label, x: x + dx, y: y + dy + 4, size: 13, anchor: .middle,
                        fill: role(i), bold: true)
                }
            }
        }
    }
}

extension Chart.Axis {
    fileprivate func transformed(_ number: Double) -> Double {
        isLogarithmic ? log10(number) : number
    }

    /// From the lowest to the highest of what is drawn, and a share of that on both sides, but
    /// nothing below zero where that is the lowest.
    fileprivate func range(of numbers: [Double], margin: Double) -> (from: Double, to: Double) {
        let places = numbers.filter { $0.isFinite && (!isLogarithmic || $0 > 0) }.map(transformed)
        var (low, high) = (places.min() ?? 0, places.max() ?? 1)
        let apart = isLogarithmic ? 0.5 : max(0.5, abs(low) / 2)
        if low == high { (low, high) = (low - apart, high + apart) }
        let room = margin * (high - low)
        (low, high) = (low == 0 && !isLogarithmic ? 0 : low - room, high + room)
        return isLogarithmic ? (pow(10, max(low, -307)), pow(10, min(high, 308))) : (low, high)
    }

    /// A number as its tick has it, or as it is.
    fileprivate func label(of number: Double) -> String {
        ticks?.first { $0.at == number }?.label ?? short(number)
    }

    /// - Parameter count: about how many there are, if they are not given.
    fileprivate func labelledTicks(
        _ range: (from: Double, to: Double), about count: Int
    ) -> [(at: Double, label: String)] {
        if let ticks { return ticks }
        let ends = [transformed(range.from), transformed(range.to)].sorted()
        let ticks = axisTicks(from: ends[0], to: ends[1], about: max(count, 2))
        guard isLogarithmic else {
            // As many decimals as the distance of the ticks needs.
            let distance = ticks.count > 1 ? ticks[1] - ticks[0] : 1
            let decimals = max(0, Int((-log10(distance) - 1e-9).rounded(.up)))
            return ticks.map { tick in
                let isReadable = abs(tick) < 1e6 && decimals < 7
                return (tick, String(format: isReadable ? "%.\(decimals)f" : "%.3g", tick + 0))
            }
        }
        let exponents = ticks.filter { $0 == $0.rounded() }
        let areShort = exponents.allSatisfy { -3...5 ~= $0 }
        return exponents.map { exponent in
            let tick = pow(10, exponent)
            let label = String(format: "%.\(max(0, Int(-exponent)))f", tick)
            return (tick, areShort || exponent == 0 ? label : String(format: "1e%.0f", exponent))
        }
    }
}

extension Chart.Series {
    fileprivate var nameLines: [String] {
        (name ?? "").split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    fileprivate func isNamed(_ place: Chart.NamePlace) -> Bool {
        name != nil && namePlace == place
    }

    /// The numbers on both axes between which it is drawn.
    fileprivate var extent: (x: [Double], y: [Double]) {
        let (xs, ys) = (points.map(\.x), points.map(\.y))
        let ends = points.flatMap { [$0.y - $0.error, $0.y + $0.error] }
        return switch form {
        case .line, .points: (xs, ends)
        case .columns(let width): (xs.flatMap { [$0 - width / 2, $0 + width / 2] }, ends + [0])
        case .rows(let width, let base):
            (xs + [base ?? 0], ys.flatMap { [$0 - width / 2, $0 + width / 2] })
        }
    }
}

private func short(_ number: Double) -> String { String(format: "%.4g", number + 0) }

extension SVG {
    fileprivate mutating func mark(
        _ marker: Chart.Marker, x: Double, y: Double, role: Role, tip: String? = nil
    ) {
        switch marker {
        case .circle: circle(x: x, y: y, radius: 3, fill: role, tip: tip)
        case .ring: circle(x: x, y: y, radius: 3, fill: .paper, stroke: role, tip: tip)
        case .square:
            rectangle(x: x - 3, y: y - 3, width: 6, height: 6, fill: role, tip: tip)
        case .frame:
            rectangle(
                x: x - 3, y: y - 3, width: 6, height: 6, fill: .paper, stroke: role, tip: tip)
        }
    }
}

/// Numbers for an axis: multiples of 1, 2 or 5 times a power of ten, from `low` to `high`.
///
/// - Parameter count: about how many; never more than twice as many.
public func axisTicks(from low: Double, to high: Double, about count: Int) -> [Double] {
    require(low < high && count > 0, "ticks from \(low) to \(high), about \(count)")
    let rough = (high - low) / Double(count)
    let exponent = Int(log10(rough).rounded(.down))
    let factor = [1.0, 2, 5, 10].first { $0 * pow(10, Double(exponent)) >= 0.99 * rough } ?? 10
    // A negative power of ten is no exact number; dividing by it gives the nearest to each tick.
    let (unit, divisor) = (pow(10, Double(max(exponent, 0))), pow(10, Double(max(-exponent, 0))))
    func tick(_ i: Double) -> Double { i * factor * unit / divisor }
    let first = (low / tick(1) - 1e-9).rounded(.up)
    let last = (high / tick(1) + 1e-9).rounded(.down)
    return stride(from: first, through: last, by: 1).map(tick)
}

/// The places nearest to the wanted ones, in this order, at which things of these sizes do not
/// overlap, by least squares.
///
/// - Parameters:
///   - wanted: the middle of each.
///   - gap: what stays free between two.
///   - room: what none leaves, unless all need more.
func spread(
    _ wanted: [Double], sizes: [Double], gap: Double, within room: ClosedRange<Double>
) -> [Double] {
    guard let first = sizes.first, let last = sizes.last else { return [] }
    // With the room that each needs taken off, they only have to stay in order: isotonic
    // regression, by pooling neighbours that are not.
    var offsets = [0.0]
    for (size, next) in zip(sizes, sizes.dropFirst()) {
        offsets.append(offsets[offsets.count - 1] + (size + next) / 2 + gap)
    }
    var pools: [(mean: Double, count: Int)] = []
    for (place, offset) in zip(wanted, offsets) {
        var pool = (mean: place - offset, count: 1)
        while let last = pools.last, last.mean > pool.mean {
            pools.removeLast()
            let count = last.count + pool.count
            let sum = last.mean * Double(last.count) + pool.mean * Double(pool.count)
            pool = (sum / Double(count), count)
        }
        pools.append(pool)
    }
    let low = room.lowerBound + first / 2
    let high = max(low, room.upperBound - last / 2 - offsets[offsets.count - 1])
    let means = pools.flatMap { Array(repeating: min(max(low, $0.mean), high), count: $0.count) }
    return zip(means, offsets).map { $0 + $1 }
}
