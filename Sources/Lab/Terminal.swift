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

    /// Before anything is opened: a file must not take the place of a standard stream that is closed,
    /// and a reader that goes away is an error of the writing, and no signal.
    static func prepare() {
        // Opened in the wrong direction, so that reading and writing fail as on what is closed.
        for (descriptor, direction) in [
            (STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY),
        ] where fcntl(descriptor, F_GETFD) == -1 {
            _ = open("/dev/null", direction)  // takes the lowest number, which is this one
        }
        signal(SIGPIPE) { _ in }  // not SIG_IGN, which programs that are started would inherit
    }

    /// Writes a line to standard output. A terminal gets it without what could do something there;
    /// everything else gets it as it is.
    ///
    /// - Parameter isHarmless: whether the terminal gets it as it is, too, with its colours.
    /// - Throws: `OutputError` if that fails.
    func print(_ line: String, isHarmless: Bool = false) throws {
        var line = line
        if isatty(STDOUT_FILENO) == 1 {
            progress?.erase()
            if !isHarmless { line = line.harmless(keeping: "\n\t") }
        }
        do {
            try FileHandle.standardOutput.write(contentsOf: Data((line + "\n").utf8))
        } catch {
            let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
            throw OutputError(code: cause.map { Int32($0.code) } ?? EIO)
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
        writeToStandardError("\r\u{1B}[K\((text ?? "").harmless())")
    }

    /// Writes a line to standard error, without what could do something on a terminal.
    func note(_ line: String) {
        writeToStandardError(line.harmless(keeping: "\n\t") + "\n")
    }

    /// The names in a file. What is odd about it is said on standard error.
    func documents(in path: String) throws(UserError) -> [String] {
        try readDocuments(path, note: note)
    }

    /// Ends the process as ArgumentParser does, with its message and exit code.
    func exit(with error: any Error) -> Never {
        if let error = error as? OutputError, error.code == EPIPE {
            Foundation.exit(128 + SIGPIPE)  // as if the signal had ended it: `| head -3`
        }
        let code = LabCommand.exitCode(for: error)
        let message = LabCommand.fullMessage(for: error)
        // Only what is said of a wrong use has lines of its own; elsewhere they come from outside.
        let isOneLine = code != .validationFailure
        if !code.isSuccess && !message.isEmpty { note(isOneLine ? message.harmless() : message) }
        if code.isSuccess && !message.isEmpty {  // help was asked for
            do { try print(message) } catch { exit(with: error) }
        }
        Foundation.exit(code.rawValue)
    }
}

/// Standard output that cannot be written to: a full disk, a stream that is closed, a reader that has
/// gone away.
struct OutputError: Error, CustomStringConvertible {
    let code: Int32  // errno's

    var description: String {
        "cannot write to standard output: \(String(cString: strerror(code)))"
    }
}

/// As far as that is possible: if it is not, there is nowhere left to say so.
private func writeToStandardError(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
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
        writeToStandardError("\r\u{1B}[K\(line)")
    }

    func erase() {
        if isVisible { writeToStandardError("\r\u{1B}[K") }
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
