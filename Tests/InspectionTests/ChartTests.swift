import Foundation
import Inspection
import TestSupport
import Testing

@Suite struct ChartTests {
    private func picture(
        _ series: [Chart.Series], x: Chart.Axis = .init("step"), y: Chart.Axis = .init("loss")
    ) -> Picture {
        let picture = Picture(
            Chart(x: x, y: y, series).picture(title: "a chart", note: ["a note"]).description)
        picture.expectLegible()
        return picture
    }

    private func line(_ name: String?, _ ys: [Double]) -> Chart.Series {
        Chart.Series(name, ys.enumerated().map { .init(Double($0), $1) })
    }

    private func number(_ attributes: [String: String], _ name: String) throws -> Double {
        try #require(attributes[name].flatMap(Double.init))
    }

    @Test func `lines are told apart without colour, and each is named once, beside its end`()
        throws
    {
        let names = ["a", "b", "c", "d", "e"]
        let picture = picture(names.enumerated().map { line($1, [Double($0), 2]) })
        let lines = picture.elements.filter { $0.name == "polyline" }.map(\.attributes)
        let dashes = lines.map { $0["stroke-dasharray"] ?? "none" }
        #expect(dashes.count == 10, "five lines, five samples")
        #expect(Set(dashes).count == 5)
        #expect(dashes.prefix(5).sorted() == dashes.suffix(5).sorted())

        let ends = lines.prefix(5).compactMap {
            $0["points"]?.split(separator: " ").last?.split(separator: ",").first
                .flatMap { Double($0) }
        }
        let texts = zip(picture.elements.filter { $0.name == "text" }, picture.texts)
            .filter { names.contains($1) }.map(\.0.attributes)
        #expect(texts.count == 5)
        for text in texts { #expect(try number(text, "x") > (ends.max() ?? .infinity)) }
        let ys = try texts.map { try number($0, "y") }.sorted()
        for (y, next) in zip(ys, ys.dropFirst()) { #expect(next - y >= 12) }
    }

    @Test func `the summary has the axes, the note and every number that few lines have`() {
        let long = (0..<100).map { i in i == 50 ? 9.0 : Double(i) / 20 }
        let error = Chart.Series("mean", [.init(0, 2.5, error: 0.25), .init(99, 2)])
        let picture = picture([line("long", long), error, line(nil, [1, 2])])
        #expect(
            picture.summary
                == "Across: step, 0 to 99. Up: loss, 0 to 9.36. "
                + "long: 0 at 0; 4.95 at 99; between 0 and 9. "
                + "mean: 2.5 ± 0.25 at 0; 2 at 99. a note")
    }

    @Test func `an error is a line as long, with caps`() throws {
        let plain = picture([line("mean", [1, 2, 3])], y: .init("", range: (0, 4)))
        let points = [Chart.Point(0, 1, error: 0.5), .init(1, 2), .init(2, 3)]
        let picture = picture([Chart.Series("mean", points)], y: .init("", range: (0, 4)))
        let lines = picture.elements.filter { $0.attributes["class"] == "s-ink" }.map(\.attributes)
        #expect(plain.elements.count { $0.attributes["class"] == "s-ink" } == 0)
        #expect(lines.count == 3)
        // From 0 to 4 the axis is as long as between its outer ticks.
        let grid = try plain.elements.filter { $0.attributes["class"] == "s-faint" }
            .map { try number($0.attributes, "y1") }
        let unit = ((grid.max() ?? 0) - (grid.min() ?? 0)) / 4
        let ends = try ["y1", "y2"].map { try number(lines[0], $0) }
        // Places are rounded to hundredths.
        #expect(abs(abs(ends[0] - ends[1]) - unit) < 0.02)
    }

    @Test func `a line ends where it leaves the chart, and goes on where it is back`() {
        let picture = picture([line("a", [1, 2, 5, 5, 2, 1])], y: .init("", range: (0, 4)))
        let points = picture.elements.compactMap { $0.attributes["points"] }
        #expect(points.map { $0.split(separator: " ").count } == [2, 2, 2], "with its sample")
    }

    @Test func `equal factors are equal ways on a logarithmic axis, which may go down`() throws {
        let powers = [10.0, 1000, 0, 100_000]
        let picture = picture(
            [line("a", powers)], x: .init("", range: (3, 0)),
            y: .init("", range: (1, 1e6), isLogarithmic: true))
        let points = picture.elements.compactMap { $0.attributes["points"] }[..<2].flatMap {
            $0.split(separator: " ").map { $0.split(separator: ",").compactMap { Double($0) } }
        }
        #expect(points.count == 3, "no place for 0")
        // Places are rounded to hundredths.
        #expect(abs((points[0][1] - points[1][1]) - (points[1][1] - points[2][1])) < 0.02)
        #expect(points[0][0] > points[1][0] && points[1][0] > points[2][0])
    }

    @Test(arguments: [(1.0, 5.0), (5, 1)])
    func `equal units are as long on both axes`(_ width: Double, _ height: Double) throws {
        let points = [(0.0, 0.0), (1, 0), (0, 1)].map { Chart.Point($0, $1) }
        let chart = Chart(
            x: .init("", range: (0, width)), y: .init("", range: (0, height)), hasEqualUnits: true,
            [Chart.Series(nil, points, as: .points(.circle))])
        let picture = Picture(chart.picture(title: "units").description)
        let places = try picture.elements.filter { $0.name == "circle" }
            .map { (x: try number($0.attributes, "cx"), y: try number($0.attributes, "cy")) }
        // Places are rounded to hundredths.
        #expect(abs((places[1].x - places[0].x) - (places[0].y - places[2].y)) < 0.03)
    }

    @Test func `bars stand on the axis, and every second kind is an outline`() throws {
        let bars = ["a", "b"].enumerated().map { i, name in
            Chart.Series(
                name, [.init(Double(i), Double(i + 1), label: name + "!")],
                as: .columns(width: 0.5), namePlace: .above)
        }
        let picture = picture(bars)
        let boxes = picture.elements.filter { $0.name == "rect" && $0.attributes["x"] != nil }
            .suffix(2).map(\.attributes)
        #expect(boxes.compactMap { $0["class"] } == ["f-accent", "s-second"])
        let bottoms = try boxes.map { try number($0, "y") + number($0, "height") }
        #expect(abs(bottoms[0] - bottoms[1]) < 0.02)
        #expect(
            abs(try number(boxes[1], "height") / number(boxes[0], "height") - 2) < 0.01,
            "twice as high, but for the rounding of places")
        #expect(picture.texts.contains("a!") && picture.texts.contains("b!"))
    }

    @Test(arguments: [
        [], [1], [1, 1], [0], [-2, 0, 3], [.nan, 2], [.infinity, -Double.infinity], [1e300],
    ])
    func `any numbers are a chart`(_ ys: [Double]) {
        for isLogarithmic in [false, true] {
            let axis = Chart.Axis("", isLogarithmic: isLogarithmic)
            _ = picture([line("a", ys)], x: axis, y: axis)
            let bars = ys.map { Chart.Point($0, $0, error: 5, label: "b") }
            _ = picture([Chart.Series("b", bars)], x: axis, y: axis)
            _ = picture([Chart.Series("b", bars, as: .columns(width: 1))], x: axis, y: axis)
            _ = picture([Chart.Series("b", bars, as: .rows(width: 1))], x: axis, y: axis)
        }
    }
}
