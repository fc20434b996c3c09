import Foundation
import Inspection
import MicroGPT
import Synchronization

/// Runs what lessons show.
package enum Shell {
    /// This command.
    package static var command: String {
        Bundle.main.executableURL?.path ?? CommandLine.arguments[0]
    }

    /// Whether LLDB is here, shows things in the way of this version, and may run the debug build of
    /// `lab`, whose lines and names it shows; a container can forbid that.
    package static let lldbRuns: Bool = {
        let session = "lldb -b -s .lldbinit -o run -- .build/debug/lab --help"
        guard FileManager.default.isExecutableFile(atPath: ".build/debug/lab"),
            let version = try? run("lldb --version", seconds: 30).stdout,
            version.contains("Swift version 6.3"),
            let output = try? run(session, seconds: 60).stdout
        else { return false }
        return output.contains("exited with status = 0")
    }()

    /// Runs a program of this project, which stands beside this one, with arguments as a shell reads
    /// them.
    ///
    /// - Returns: what it printed.
    /// - Throws: `UserError` if it fails.
    package static func output(of line: String) throws -> String {
        let program = line.prefix { $0 != " " }
        let path = URL(filePath: command).deletingLastPathComponent().appending(path: program).path
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw UserError(
                "\(program) is not built beside this program; build it with swift build")
        }
        let run = try run("exec \"$0\"\(line.dropFirst(program.count))", path)
        guard run.exitCode == 0 else {
            throw UserError("\(line): \(run.stderr)")
        }
        return run.stdout
    }

    /// Runs a line of shell, in which "$0" is a command and "$@" its arguments, in a process of its own.
    ///
    /// - Parameter seconds: after which the process is ended, with exit code nil.
    /// - Returns: also the exit code; it is the number of a signal, if that ended it.
    package static func run(
        _ line: String, _ command: String = "sh", _ arguments: [String] = [],
        in directory: URL? = nil,
        seconds: Double = 120
    ) throws -> (stdout: String, stderr: String, exitCode: Int32?, isSignal: Bool) {
        let process = Process()
        // Files, and not pipes, so that no output is too long, and nothing waits for whoever reads it.
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "microgpt-shell-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (out, err) = (folder.appending(path: "out"), folder.appending(path: "err"))
        for url in [out, err] { try Data().write(to: url) }
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", line, command] + arguments
        if let directory { process.currentDirectoryURL = directory }
        process.standardInput = FileHandle.nullDevice
        // A process that has ended may keep its handles for a while, and thousands of them would be left.
        let handles = try [out, err].map { try FileHandle(forWritingTo: $0) }
        defer { for handle in handles { try? handle.close() } }
        (process.standardOutput, process.standardError) = (handles[0], handles[1])
        let ended = DispatchSemaphore(value: 0)
        process.terminationHandler = { _ in ended.signal() }
        try process.runWithSignals()
        child.store(process.processIdentifier, ordering: .sequentiallyConsistent)
        defer { child.store(0, ordering: .sequentiallyConsistent) }
        if interruption != nil { endChild() }
        let isLate = ended.wait(timeout: .now() + seconds) == .timedOut
        if isLate {
            end(process.processIdentifier)
            ended.wait()
        }
        if let interruption { throw interruption }
        return (
            String(decoding: try Data(contentsOf: out), as: UTF8.self),
            String(decoding: try Data(contentsOf: err), as: UTF8.self),
            isLate ? nil : process.terminationStatus,
            process.terminationReason == .uncaughtSignal
        )
    }

    // MARK: - Being ended

    /// The signal that asks this program to end.
    package struct Interruption: Error { package let signal: Int32 }

    private static let signalled = Atomic<Int32>(0)
    private static let child = Atomic<Int32>(0)

    package static var interruption: Interruption? {
        let signal = signalled.load(ordering: .sequentiallyConsistent)
        return signal == 0 ? nil : Interruption(signal: signal)
    }

    /// From now on such a signal ends what runs, and is thrown by `run`, so that nothing is left.
    package static func listenForInterruptions() {
        // Made now, and not in a signal's handler.
        _ = (interruption, child.load(ordering: .relaxed))
        for number in [SIGINT, SIGTERM, SIGHUP] {
            signal(number) { number in
                Shell.signalled.store(number, ordering: .sequentiallyConsistent)
                Shell.endChild()
            }
        }
    }

    private static func endChild() {
        let process = child.load(ordering: .sequentiallyConsistent)
        if process > 0 { end(process) }
    }

    /// Ends a process, and those that it has started if they are a group.
    private static func end(_ process: Int32) {
        kill(-process, SIGKILL)
        kill(process, SIGKILL)
    }
}

extension Process {
    /// Threads of tests and of queues block signals; what they start must not inherit that.
    package func runWithSignals() throws {
        var (nothing, before) = (sigset_t(), sigset_t())
        sigemptyset(&nothing)
        pthread_sigmask(SIG_SETMASK, &nothing, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try run()
    }
}
