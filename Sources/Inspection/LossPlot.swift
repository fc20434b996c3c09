import Foundation
import MicroGPT

/// An exponential moving average of losses: of about the last 50, and of all of them at first.
public struct SmoothedLoss: Sendable {
    private var sum = 0.0
    private var weight = 0.0

    /// Of no loss yet.
    public init() {}

    /// Takes in another loss.
    ///
    /// - Returns: the average now.
    public mutating func add(_ loss: Double) -> Double {
        sum = 0.98 * sum + 0.02 * loss
        weight = 0.98 * weight + 0.02
        return sum / weight
    }
}

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

/// The loss at each step, raw and smoothed, of one training run or of several to be compared.
///
/// - Parameters:
///   - curves: one or two.
///   - vocabSize: the number of tokens; who guesses among them has the loss ln(vocabSize).
public func lossPlot(_ curves: [LossCurve], vocabSize: Int) -> SVG {
    require((1...2).contains(curves.count), "\(curves.count) curves; there are two colours")
    var svg = SVG(width: 760, height: 440, title: "Loss of each training step")
    let frame = (left: 64.0, top: 64.0, right: 664.0, bottom: 384.0)
    let guess = log(Double(vocabSize))

    let all = curves.flatMap(\.losses) + [guess]
    let (low, high) = (all.min() ?? 0, all.max() ?? 0)
    let (bottom, top) = (low - 0.05, high + 0.05)
    let yTicks = axisTicks(from: bottom, to: top, about: 6)
    let firstStep = Double(curves.map(\.firstStep).min() ?? 1)
    let lastStep = max(Double(curves.map(\.lastStep).max() ?? 1), firstStep + 1)
    func x(_ step: Double) -> Double {
        frame.left + (step - firstStep) / (lastStep - firstStep) * (frame.right - frame.left)
    }
    func y(_ loss: Double) -> Double {
        frame.bottom - (loss - bottom) / (top - bottom) * (frame.bottom - frame.top)
    }

    svg.text(svg.title, x: frame.left, y: 28, size: 15, bold: true)
    for tick in yTicks {
        svg.line(from: (frame.left, y(tick)), to: (frame.right, y(tick)), stroke: .faint)
        svg.text(
            tickLabel(tick, among: yTicks), x: frame.left - 8, y: y(tick) + 4, anchor: .end,
            fill: .muted)
    }
    let ticks = axisTicks(from: firstStep, to: lastStep, about: 5).filter { $0 == $0.rounded() }
    for tick in firstStep == 1 ? Set([1] + ticks).sorted() : ticks {
        svg.line(from: (x(tick), frame.bottom), to: (x(tick), frame.bottom + 5))
        svg.text(
            String(format: "%.0f", tick), x: x(tick), y: frame.bottom + 19, anchor: .middle,
            fill: .muted)
    }
    svg.line(from: (frame.left, frame.bottom), to: (frame.right, frame.bottom))
    svg.line(from: (frame.left, frame.top), to: (frame.left, frame.bottom))
    svg.text(
        "step", x: (frame.left + frame.right) / 2, y: frame.bottom + 40, anchor: .middle)
    svg.text(
        "loss", x: 20, y: (frame.top + frame.bottom) / 2, anchor: .middle, turned: true)

    let colours: [SVG.Role] = [.accent, .second]
    for (curve, colour) in zip(curves, colours) {
        svg.polyline(
            extremes(of: curve.losses, from: curve.firstStep).map { (x($0), y($1)) },
            stroke: colour, width: 0.75, opacity: 0.3)
    }
    svg.line(
        from: (frame.left, y(guess)), to: (frame.right, y(guess)), stroke: .ink, dashed: true)
    svg.text("guessing:", x: frame.right + 8, y: y(guess) - 3, size: 11)
    svg.text(
        String(format: "ln %ld = %.4f", vocabSize, guess), x: frame.right + 8, y: y(guess) + 11,
        size: 11)
    for (curve, colour) in zip(curves, colours) {
        svg.polyline(
            extremes(of: curve.smoothed, from: curve.firstStep).map { (x($0), y($1)) },
            stroke: colour, width: 2)
        if let last = curve.smoothed.last {
            svg.circle(x: x(Double(curve.lastStep)), y: y(last), radius: 3, fill: colour)
        }
    }

    var legend = frame.left
    for (curve, colour) in zip(curves, colours) {
        svg.line(from: (legend, 46), to: (legend + 22, 46), stroke: colour)
        svg.line(from: (legend, 47), to: (legend + 22, 47), stroke: colour)
        let last = curve.smoothed.last.map { String(format: ", at the end %.4f", $0) } ?? ""
        svg.text("\(curve.name), smoothed\(last)", x: legend + 28, y: 50, fill: .muted)
        legend += 260
    }
    return svg
}

/// As many decimals as the distance of the ticks needs.
private func tickLabel(_ tick: Double, among ticks: [Double]) -> String {
    let distance = ticks.count > 1 ? ticks[1] - ticks[0] : 1
    let decimals = max(0, Int((-log10(distance) - 1e-9).rounded(.up)))
    return String(format: "%.\(decimals)f", tick)
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
