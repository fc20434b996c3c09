import Foundation
import Inspection
import TestSupport
import Testing

@Suite struct LossPlotTests {
    /// Losses as of a training run, from nothing but arithmetic.
    static func losses(_ count: Int, _ floor: Double) -> [Double] {
        (0..<count).map { i in
            let noise = Double(i * 37 % 101) / 101 - 0.5
            return floor + 1 / (1 + Double(i) / 10) + 0.6 * noise
        }
    }

    @Test func `two curves are drawn as in the fixture`() throws {
        let curves = [
            LossCurve(name: "lesson", losses: Self.losses(50, 2.4)),
            LossCurve(name: "gist", losses: Self.losses(100, 2.2)),
        ]
        let picture = lossPlot(curves, vocabSize: 27).description
        try expectFixture(picture, "loss-plot.svg")
        #expect(Picture(picture).texts.contains("ln 27 = 3.2958"))
    }

    @Test func `a run that went on from an earlier one begins at its step`() {
        let curve = LossCurve(name: "lesson", losses: Self.losses(100, 2), firstStep: 901)
        let texts = Picture(lossPlot([curve], vocabSize: 27).description).texts
        #expect(texts.contains("920") && texts.contains("1000"))
        #expect(!texts.contains("1") && !texts.contains("800"))
    }

    @Test func `more curves than colours stop the program with their number`() async {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            _ = lossPlot([], vocabSize: 27)
        }
        #expect(result?.standardError.contains("0 curves; there are two colours\n") == true)
    }

    @Test func `one step is a picture, and so are a million`() {
        let one = Picture(
            lossPlot([LossCurve(name: "one", losses: [3.3])], vocabSize: 27).description)
        #expect(one.texts.contains("3.3000"))
        #if DEBUG
            let count = 20_000
        #else
            let count = 1_000_000
        #endif
        var losses = Self.losses(count, 2)
        losses[count / 2] = 7
        let long = lossPlot([LossCurve(name: "long", losses: losses)], vocabSize: 27).description
        #expect(long.utf8.count < 100_000)
        let lines = Picture(long).elements.filter { $0.name == "polyline" }
        let heights = (lines[0].attributes["points"] ?? "").split(separator: " ")
            .compactMap { $0.split(separator: ",").last.flatMap { Double($0) } }
        #expect(heights.count == 2000)
        #expect((heights.min() ?? 0) < 80, "the one loss of 7 is still there, near the top")
    }

    @Test func `the smoothed loss is a mean of those before, the later the more`() {
        #expect(LossCurve(name: "", losses: []).smoothed == [])
        #expect(LossCurve(name: "", losses: [3]).smoothed == [3])
        let two = LossCurve(name: "", losses: [3, 5]).smoothed[1]
        // Weights 0.98 · 0.02 and 0.02; the tolerance is for the rounding of four operations.
        #expect(abs(two - (0.98 * 3 + 5) / 1.98) < 1e-14)
    }

    @Test(arguments: [
        (0.0, 1.0, 5, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (1.55, 4.05, 6, [2, 2.5, 3, 3.5, 4]),
        (1, 500, 5, [100, 200, 300, 400, 500]),
        (1, 3, 5, [1, 1.5, 2, 2.5, 3]),
        (-0.7, 0.7, 8, [-0.6, -0.4, -0.2, 0, 0.2, 0.4, 0.6]),
        (0, 3e9, 3, [0, 1e9, 2e9, 3e9]),
        (0.00012, 0.00048, 4, [0.0002, 0.0003, 0.0004]),
    ])
    func `ticks are round numbers`(_ low: Double, _ high: Double, _ count: Int, _ ticks: [Double]) {
        #expect(axisTicks(from: low, to: high, about: count) == ticks)
    }
}
