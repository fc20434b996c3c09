import Course
import Foundation
import Testing

/// What a run of the built command did.
public struct Run: Sendable {
    public var stdout = ""
    public var stderr = ""
    /// The exit code; 128 and the signal's number if a signal ended it, as shells have it.
    public var exitCode: Int32 = 0

    public var lines: [String] { stdout.split(separator: "\n").map(String.init) }

    /// Where the command is, beside the tests.
    public static let command: URL = {
        let beside = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appending(path: "lab")
        if FileManager.default.isExecutableFile(atPath: beside.path) { return beside }
        #if DEBUG
            let folder = "debug"
        #else
            let folder = "release"
        #endif
        return Fixture.projectFolder.appending(path: ".build/\(folder)/lab")
    }()

    /// Runs the command in the project's folder.
    public static func lab(_ arguments: String...) throws -> Run {
        try shell("exec \"$0\" \"$@\"", arguments)
    }

    /// Runs another program of the project, which is beside the command.
    public static func program(_ name: String, _ arguments: String...) throws -> Run {
        try program(name, arguments)
    }

    /// Runs another program of the project, which is beside the command.
    public static func program(_ name: String, _ arguments: [String]) throws -> Run {
        let path = command.deletingLastPathComponent().appending(path: name).path
        return try shell("exec \"$@\"", [path] + arguments)
    }

    /// Runs a line of shell in which "$0" is the command. How far a training is, which standard error
    /// has every 30 seconds, and so only where a machine is slow, is left out.
    ///
    /// - Parameter seconds: after which it is killed, with exit code 137.
    public static func shell(
        _ line: String, _ arguments: [String] = [], seconds: Double = .infinity
    ) throws -> Run {
        let run = try Shell.run(
            line, command.path, arguments, in: Fixture.projectFolder, seconds: seconds)
        let code = (run.exitCode ?? SIGKILL) + (run.isSignal ? 128 : 0)
        let stderr = run.stderr.replacing(#/(?m)^(\[[#.]+\] )?\d+\/\d+  .* left.*\n/#, with: "")
        return Run(stdout: run.stdout, stderr: stderr, exitCode: code)
    }
}

/// Makes a file for the time that `body` takes.
public func withFile<Result>(
    _ bytes: [UInt8], named name: String = "names.txt", _ body: (String) throws -> Result
) throws -> Result {
    let folder = FileManager.default.temporaryDirectory
        .appending(path: "microgpt-file-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let url = folder.appending(path: name)
    try Data(bytes).write(to: url)
    return try body(url.path)
}

extension ExitTest.Result {
    /// What the process of an exit test wrote to standard error, if that is observed.
    public var standardError: String { String(decoding: standardErrorContent, as: UTF8.self) }
}
