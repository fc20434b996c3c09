import Foundation
import Inspection
import MicroGPT

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
    /// - Throws: `UserError` if it fails or complains.
    package static func output(of line: String) throws -> String {
        let program = line.prefix { $0 != " " }
        let path = URL(filePath: command).deletingLastPathComponent().appending(path: program).path
        let run = try run("exec \"$0\"\(line.dropFirst(program.count))", path)
        guard run.exitCode == 0, run.stderr.isEmpty else {
            throw UserError("\(line): \(run.stderr)")
        }
        return run.stdout
    }

    /// Runs a line of shell, in which "$0" is a command, in a process of its own.
    ///
    /// - Parameter seconds: after which the process is ended, with exit code nil.
    package static func run(
        _ line: String, _ command: String = "sh", seconds: Double = 120
    ) throws -> (stdout: String, stderr: String, exitCode: Int32?) {
        let process = Process()
        // Files, and not pipes, so that no output is too long.
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "microgpt-shell-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (out, err) = (folder.appending(path: "out"), folder.appending(path: "err"))
        for url in [out, err] { try Data().write(to: url) }
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", line, command]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: out)
        process.standardError = try FileHandle(forWritingTo: err)
        let ended = DispatchSemaphore(value: 0)
        process.terminationHandler = { _ in ended.signal() }
        try process.run()
        let isLate = ended.wait(timeout: .now() + seconds) == .timedOut
        if isLate {
            kill(process.processIdentifier, SIGKILL)
            ended.wait()
        }
        return (
            String(decoding: try Data(contentsOf: out), as: UTF8.self),
            String(decoding: try Data(contentsOf: err), as: UTF8.self),
            isLate ? nil : process.terminationStatus
        )
    }
}
