import Foundation
import MicroGPT

/// Runs what lessons show.
enum Shell {
    /// Runs this command again with other arguments, as a shell reads them.
    ///
    /// - Returns: what it printed.
    /// - Throws: `UserError` if it fails or complains.
    static func microgpt(_ arguments: String) throws -> String {
        let command = Bundle.main.executableURL?.path ?? CommandLine.arguments[0]
        return try output(of: "exec \"$0\" \(arguments)", command: command)
    }

    private static func output(of line: String, command: String) throws -> String {
        let process = Process()
        let (out, err) = (Pipe(), Pipe())
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", line, command]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = out
        process.standardError = err
        try process.run()
        let printed = out.fileHandleForReading.readDataToEndOfFile()
        let complaint = err.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0, complaint.isEmpty else {
            throw UserError("\(line): \(String(decoding: complaint, as: UTF8.self))")
        }
        return String(decoding: printed, as: UTF8.self)
    }
}
