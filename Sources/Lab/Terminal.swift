import ArgumentParser
import Foundation
import Inspection
import MicroGPT

/// What the command prints: results on standard output, all else on standard error.
struct Console {
    private var progress: Progress?

    init(progress: Progress? = nil) { self.progress = progress }

    /// Whether standard error is a terminal on which a line can be written over. The debug console of
    /// an editor is none, though it says so: it has no size, or does not say which one it is.
    fileprivate static let canOverwrite =
        isatty(STDERR_FILENO) == 1 && width > 0
        && !["", "dumb"].contains(ProcessInfo.processInfo.environment["TERM"] ?? "")

    /// How many characters a line on that terminal has, now: the user may have pulled at its window.
    fileprivate static var width: Int {
        var size = winsize()
        return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 ? Int(size.ws_col) : 0
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
        if Self.canOverwrite { overwrite((text ?? "").harmless()) }
    }

    /// Writes a picture to a file, and says so.
    func write(_ picture: SVG, to path: String) throws {
        try picture.write(to: path)
        note("\(path): drawn")
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

/// Writes the line on the terminal anew. What is too long for it would stay when it is written over.
private func overwrite(_ line: String) {
    writeToStandardError("\r\u{1B}[K\(line.prefix(max(Console.width - 1, 0)))")
}

/// How far a training is: a bar, the speed, the time left and the loss on one line of a terminal; a plain
/// line now and then where there is none.
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

    /// Draws the line: 20 times a second or when it was erased; without a terminal, twice a minute.
    func advance(to step: Int, loss: Double) {
        let average = smoothedLoss.add(loss)
        let now = ContinuousClock.now
        let seconds = (now - start) / .seconds(1)
        let pause: Duration =
            Console.canOverwrite ? .milliseconds(isVisible ? 50 : 0) : .seconds(30)
        if now - (drawn ?? start) < pause { return }
        (drawn, isVisible) = (now, Console.canOverwrite)
        let rate = Double(step - first) / max(seconds, 1e-9)
        func line(_ width: Int) -> String {
            progressLine(
                step: step, of: total, stepsPerSecond: rate, quantity, average, width: width)
        }
        if isVisible {
            overwrite(line(Console.width - 1))
        } else {
            writeToStandardError(line(60) + "\n")
        }
    }

    func erase() {
        if isVisible { overwrite("") }
        isVisible = false
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
