import Foundation
import TestSupport
import Testing

/// What is promised of MicroGPT.swift as a file.
@Suite struct SingleFileTests {
    private static let single = "Sources/MicroGPT/MicroGPT.swift"

    @Test func `it is alone with Python's random numbers and a main`() throws {
        let folder = try TemporaryFolder()
        for path in [
            Self.single, "Sources/PythonRandom/PythonRandom.swift", "Sources/Program/main.swift",
        ] {
            try FileManager.default.copyItem(
                at: Fixture.projectFolder.appending(path: path),
                to: folder.url.appending(path: URL(filePath: path).lastPathComponent))
        }
        let build = try Run.shell(
            "cd \"$1\" && swiftc -O MicroGPT.swift PythonRandom.swift main.swift -o microgpt",
            [folder.url.path])
        #expect(build.stderr == "" && build.stdout == "")
        #if DEBUG
            let presets = ["lesson"]
        #else
            let presets = ["lesson", "gist"]
        #endif
        for preset in presets {
            let run = try Run.shell("exec \"$1\"/microgpt \"$2\"", [folder.url.path, preset])
            #expect(run.stdout == (try Fixture.text("microgpt-\(preset).txt")))
            #expect(run.stderr == "" && run.exitCode == 0)
        }
    }

    @Test func `it has at most 300 lines of code, of at most 100 columns`() throws {
        let lines = try Fixture.projectText(Self.single).components(separatedBy: "\n")
        let code = lines.map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty && !$0.hasPrefix("//") }
        #expect(200...300 ~= code.count)
        #expect(lines.allSatisfy { $0.count <= 100 })
    }
}

/// A folder for the time that it is used.
struct TemporaryFolder: ~Copyable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory
            .appending(path: "microgpt-folder-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func write(_ text: String, to name: String) throws {
        let file = url.appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }
}
