import Foundation

/// How far a training is, in a line of at most `width` characters: a bar, the steps, their speed, the
/// time left, and a number such as the loss. What matters least goes first where there is no room.
package func progressLine(
    step: Int, of total: Int, stepsPerSecond: Double, _ quantity: String, _ number: Double,
    width: Int
) -> String {
    let (steps, rate) = ("\(step)/\(total)", String(format: "%.0f steps/s", stepsPerSecond))
    let left = "\(duration(Double(total - step) / stepsPerSecond)) left"
    let value = String(format: "\(quantity) %.3f", number)
    let texts = [
        [steps, rate, left, value], [steps, left, value], [steps, left], [steps],
        ["\(100 * step / total)%"],
    ].map { $0.joined(separator: "  ") }
    let (frame, shortest) = ("[] ".count, 5)  // of the bar, which matters more than the speed
    func fits(_ text: String) -> Bool {
        text.count + (text == texts[0] ? frame + shortest : 0) <= width
    }
    guard let text = texts.first(where: fits) else { return "" }
    let room = min(24, width - text.count - frame)
    guard room >= shortest else { return text }
    let filled = min(room, room * step / total)
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: room - filled)
    return "[\(bar)] \(text)"
}

/// Seconds as people say them: 45s, 12m 05s, 3h 20m, 12 days.
public func duration(_ seconds: Double) -> String {
    guard seconds < 100 * 86_400 else { return "months" }
    let s = Int(seconds.rounded(.up))
    return switch s {
    case ..<60: "\(s)s"
    case ..<3600: String(format: "%ldm %02lds", s / 60, s % 60)
    case ..<172_800: String(format: "%ldh %02ldm", s / 3600, s / 60 % 60)
    default: "\(s / 86_400) days"
    }
}
