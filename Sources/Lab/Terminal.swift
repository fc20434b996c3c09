import ArgumentParser
import Foundation
import Inspection
import MicroGPT

/// What the command prints: results on standard output, all else on standard error.
struct Console {
    private var progress: Progress?

    /// - Parameter progress: is shown if standard error is a terminal.
    init(progress: Progress? = nil) {
        self.progress = isatty(STDERR_FILENO) == 1 ? progress : nil
    }

    /// Writes a line to standard output.
    ///
    /// - Throws: `UserError` if that fails, as on a full disk; `ExitCode` if the reader has gone
    ///   away (`| head -3`) and has not ended this process by SIGPIPE.
    func print(_ line: String) throws {
        if isatty(STDOUT_FILENO) == 1 { progress?.erase() }
        do {
            try FileHandle.standardOutput.write(contentsOf: Data((line + "\n").utf8))
        } catch {
            let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
            if cause?.code == Int(EPIPE) { throw ExitCode(128 + SIGPIPE) }
            let reason = cause.map { String(cString: strerror(Int32($0.code))) } ?? "\(error)"
            throw UserError("cannot write to standard output: \(reason)")
        }
    }

    /// Shows how far the training is.
    func advance(to step: Int, loss: Double) {
        progress?.advance(to: step, loss: loss)
    }

    /// Takes the progress line away for good.
    mutating func endProgress() {
        progress?.erase()
        progress = nil
    }

    /// Shows what is being done, on one line of the terminal; nil takes it away.
    func status(_ text: String?) {
        guard isatty(STDERR_FILENO) == 1 else { return }
        FileHandle.standardError.write(Data("\r\u{1B}[K\(text ?? "")".utf8))
    }

    /// Writes a line to standard error.
    func note(_ line: String) {
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }
}

/// A line on the terminal: a bar, the speed, the time left and the loss.
final class Progress {
    private let total: Int
    private let first: Int
    private let start = ContinuousClock.now
    private var drawn: ContinuousClock.Instant?
    private var isVisible = false
    private var smoothedLoss = SmoothedLoss()
    private let quantity: String

    /// - Parameters:
    ///   - done: how many of the steps were done before, elsewhere.
    ///   - quantity: what is shown, if it is not the loss.
    init(total: Int, done: Int = 0, quantity: String = "loss") {
        (self.total, first, self.quantity) = (total, done, quantity)
    }

    /// Draws the line, 20 times a second or when it was erased.
    func advance(to step: Int, loss: Double) {
        let average = smoothedLoss.add(loss)
        let now = ContinuousClock.now
        if let drawn, isVisible, now - drawn < .milliseconds(50) { return }
        (drawn, isVisible) = (now, true)
        let seconds = (now - start) / .seconds(1)
        let rate = Double(step - first) / max(seconds, 1e-9)
        let line = Self.line(
            step: step, total: total, stepsPerSecond: rate, loss: average, quantity: quantity)
        FileHandle.standardError.write(Data("\r\u{1B}[K\(line)".utf8))
    }

    func erase() {
        if isVisible { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
        isVisible = false
    }

    static func line(
        step: Int, total: Int, stepsPerSecond: Double, loss: Double, quantity: String
    ) -> String {
        let width = 24
        let filled = Int(Double(width) * Double(step) / Double(total))
        let bar = String(repeating: "#", count: filled).padding(
            toLength: width, withPad: ".", startingAt: 0)
        let left = duration(Double(total - step) / stepsPerSecond)
        return String(
            format: "[%@] %ld/%ld  %.0f steps/s  %@ left  %@ %.3f", bar, step, total,
            stepsPerSecond, left, quantity, loss)
    }

    /// Seconds as people say them: 45s, 12m 05s, 3h 20m, 12 days.
    static func duration(_ seconds: Double) -> String {
        guard seconds < 100 * 86_400 else { return "months" }
        let s = Int(seconds.rounded(.up))
        return switch s {
        case ..<60: "\(s)s"
        case ..<3600: String(format: "%ldm %02lds", s / 60, s % 60)
        case ..<172_800: String(format: "%ldh %02ldm", s / 3600, s / 60 % 60)
        default: "\(s / 86_400) days"
        }
    }
}

/// Control-C, asked about between steps. A second one ends the process at once.
enum Interrupt {
    nonisolated(unsafe) private static var flag: sig_atomic_t = 0  // all a signal handler may write

    static var isRequested: Bool { flag != 0 }

    static func watch() {
        signal(SIGINT) { _ in
            Interrupt.flag = 1
            signal(SIGINT, SIG_DFL)
        }
    }
}
