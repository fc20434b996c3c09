import Foundation
import MicroGPT

/// The losses of a training run, one for each step.
public struct LossCurve: Sendable {
    /// What the legend calls it.
    public let name: String
    /// The loss of each step.
    public let losses: [Double]
    /// The step of the first loss; above 1 if the run went on from an earlier one.
    public let firstStep: Int

    /// A curve of these losses.
    public init(name: String, losses: [Double], firstStep: Int = 1) {
        (self.name, self.losses, self.firstStep) = (name, losses, firstStep)
    }

    fileprivate var lastStep: Int { firstStep + losses.count - 1 }

    /// The average at each step, as the progress line shows it.
    public var smoothed: [Double] {
        var average = SmoothedLoss()
        return losses.map { average.add($0) }
    }
}

/// The loss at each step, raw and smoothed, of one training run or of several to be compared.
///
/// - Parameters:
///   - curves: one or two.
///   - heldOut: the loss of names that are held out, after some of the steps of a single curve.
///   - vocabSize: the number of tokens; who guesses among them has the loss ln(vocabSize).
public func lossPlot(
    _ curves: [LossCurve], heldOut: [(step: Int, loss: Double)] = [], vocabSize: Int
) -> SVG {
    let count = curves.count + (heldOut.isEmpty ? 0 : 1)
    require((1...2).contains(count), "\(count) curves; there are two colours")
    let guess = log(Double(vocabSize))
    let firstStep = Double(curves.map(\.firstStep).min() ?? 1)
    let lastStep = max(Double(curves.map(\.lastStep).max() ?? 1), firstStep + 1)
    let ticks = axisTicks(from: firstStep, to: lastStep, about: 5).filter { $0 == $0.rounded() }
    let roles: [SVG.Role] = [.accent, .second]
    func points(_ numbers: [Double], of curve: LossCurve) -> [Chart.Point] {
        extremes(of: numbers, from: curve.firstStep).map { .init($0, $1) }
    }
    let raw = zip(curves, roles).map { curve, role in
        Chart.Series(
            nil, points(curve.losses, of: curve), as: .line(width: 0.75), role: role, opacity: 0.3)
    }
    let smoothed = zip(curves, roles).map { curve, role in
        let last = curve.smoothed.last.map { String(format: "\n%.4f", $0) } ?? ""
        return Chart.Series(
            curve.name.harmless() + last, points(curve.smoothed, of: curve), role: role)
    }
    let measured = heldOut.last.map { last in
        Chart.Series(
            String(format: "held out\n%.4f", last.loss),
            heldOut.map { .init(Double($0.step), $0.loss) }, as: .line(marker: .square),
            role: .second)
    }
    let guessing = Chart.Series(
        String(format: "guessing\nln %ld = %.4f", vocabSize, guess),
        [.init(firstStep, guess), .init(lastStep, guess)], as: .line(width: 1), role: .ink)
    return Chart(
        x: .init(
            "step", range: (firstStep, lastStep),
            ticks: (firstStep == 1 ? Set([1] + ticks).sorted() : ticks).map {
                ($0, String(format: "%.0f", $0))
            }),
        y: .init("loss"), raw + smoothed + [measured, guessing].compactMap { $0 }
    ).picture(
        title: "Loss of each training step",
        note: ["Pale: each step. Strong: smoothed, with its number at the end."])
}

/// The points of a line, numbered from `first`; of a very long one the lowest and highest in each of
/// 1000 equal parts, which looks the same.
private func extremes(of numbers: [Double], from first: Int) -> [(Double, Double)] {
    let points = numbers.enumerated().map { i, number in (Double(first + i), number) }
    guard points.count > 2000 else { return points }
    let ends = (0...1000).map { $0 * points.count / 1000 }
    return zip(ends, ends.dropFirst()).flatMap { start, end in
        let part = points[start..<end]
        return [part.min { $0.1 < $1.1 }, part.max { $0.1 < $1.1 }].compactMap { $0 }
            .sorted { $0.0 < $1.0 }
    }
}
