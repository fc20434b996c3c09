import Course
import Foundation
import Inspection

// The unsolved files, kept for whoever wants to begin again: a copy of each is made as long as nothing
// has been written in it, so that this needs no git.
extension Exercise {
    private static let kept = ".exercises"

    private var stub: String { "\(Self.kept)/unsolved/\(name).swift" }

    func keepStub() throws {
        let text = try text()
        guard isStub(text), (try? String(contentsOfFile: stub, encoding: .utf8)) != text else {
            return
        }
        try write(text, to: stub)
    }

    /// Puts the unsolved file back, and keeps what the learner has written.
    ///
    /// - Returns: what to tell.
    func reset() throws -> String {
        let mine = try? text()
        if let mine, isStub(mine) { return "\(file): nothing is written in it yet" }
        guard let unsolved = (try? String(contentsOfFile: stub, encoding: .utf8)) ?? committed()
        else {
            throw UserError(
                "\(file): there is no unsolved copy of it, neither in \(Self.kept), where one is made "
                    + "when `exercises` runs before you begin, nor in git's last commit; it is where "
                    + "you have this project from")
        }
        var told = "\(file) is unsolved again"
        if let mine {
            let copies = (1...).lazy.map { "\(Self.kept)/\(name)-\($0).swift" }
            let copy = copies.first { !FileManager.default.fileExists(atPath: $0) } ?? ""
            try write(mine, to: copy)
            told += "; what you wrote is kept in \(copy)"
        }
        try write(unsolved, to: file)
        return told
    }

    private func committed() -> String? {
        let run = try? Shell.run("exec git show HEAD:\"./$1\"", "git", [file])
        return run.flatMap { $0.exitCode == 0 && isStub($0.stdout) ? $0.stdout : nil }
    }

    private func write(_ text: String, to path: String) throws {
        let url = URL(filePath: path)
        do {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url, options: .atomic)
        } catch {
            throw UserError("\(path): cannot be written")
        }
    }
}
