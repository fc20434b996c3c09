import Foundation
import Inspection

/// The Swift that stands in a lesson to be run: its blocks `swift run`, in order. Each goes on with what
/// those before it have declared, as if the lesson were one script.
package struct LessonCode: Hashable, Sendable {
    package struct Block: Hashable, Sendable {
        /// The number of its first line of code in the lesson.
        let line: Int
        package let code: [String]
    }
    /// The lesson, from the project's folder.
    let path: String
    package let blocks: [Block]

    /// - Returns: nil if the lesson has nothing to run.
    package init?(_ lesson: Lesson, path: String) {
        blocks = lesson.parts.filter { $0.kind == .block(info: "swift run") }
            .map { Block(line: $0.line + 1, code: $0.lines) }
        self.path = path
        if blocks.isEmpty { return nil }
    }

    /// Compiles the code, as one script, and runs it.
    ///
    /// - Parameters:
    ///   - root: the project's folder.
    ///   - products: where the modules are that it may use: the single file's, and its generator.
    /// - Returns: the lines that each block prints.
    package func run(root: URL, products: URL) throws -> [[String]] {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "microgpt-lesson-code-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(script.utf8).write(to: folder.appending(path: "main.swift"))
        let objects = try ["MicroGPT", "PythonRandom"].flatMap { module in
            try FileManager.default
                .contentsOfDirectory(atPath: root.appending(path: "Sources/\(module)").path)
                .filter { $0.hasSuffix(".swift") }.sorted()
                .map { products.appending(path: "\(module).build/\($0).o").path }
        }
        let compiler = try Shell.run(
            "exec swiftc \"$@\"", "swiftc",
            [
                "-o", "code", "-module-name", "LessonCode", "-swift-version", "5", "-Onone",
                "-suppress-warnings", "-diagnostic-style", "llvm", "-I",
                products.appending(path: "Modules").path, "main.swift",
            ] + objects, in: folder)
        guard compiler.exitCode == 0 else {
            let errors = compiler.stderr.components(separatedBy: "\n")
                .filter { $0.contains(": error: ") }
            let why = errors.isEmpty ? compiler.stderr : errors.joined(separator: "\n")
            throw UserError("its code does not compile:\n\(why)")
        }
        // In the project's folder, where a reader would run it: names.txt is there.
        let run = try Shell.run(
            "exec \"$0\"", folder.appending(path: "code").path, in: root, seconds: 60)
        let outputs = run.stdout.components(separatedBy: "\u{1}\n").dropLast()
            .map { Array($0.components(separatedBy: "\n").dropLast()) }
        guard run.exitCode == 0 && outputs.count == blocks.count else {
            let why = run.stderr.components(separatedBy: "\n").first { !$0.isEmpty } ?? ""
            let line = blocks[min(outputs.count, blocks.count - 1)].line
            throw UserError("its code from line \(line) on stops: \(why)")
        }
        return outputs
    }

    /// After each block a character is printed that is in no lesson.
    private var script: String {
        let body = blocks.map { block in
            """
            #sourceLocation(file: "\(path)", line: \(block.line))
            \(block.code.joined(separator: "\n"))
            #sourceLocation()
            print("\\u{1}")
            """
        }
        return """
            import Foundation
            import MicroGPT
            import PythonRandom
            setvbuf(stdout, nil, _IOLBF, 0)
            \(body.joined(separator: "\n"))
            """
    }
}
