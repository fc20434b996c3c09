import Foundation
import Inspection

/// The Swift that stands in a lesson to be run: its blocks `swift run`, in order. Each goes on with what
/// those before it have declared, as if the lesson were one program.
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

    /// Compiles the code of some lessons at once, and runs that of each in a process of its own, in the
    /// project's folder, where a reader would run it: names.txt is there.
    ///
    /// - Parameters:
    ///   - root: the project's folder.
    ///   - products: where the modules are that it may use: the single file's, and its generator.
    /// - Returns: of each lesson the lines that each block prints, or why it does not.
    package static func run(
        _ lessons: [LessonCode], root: URL, products: URL
    ) throws -> [LessonCode: Result<[[String]], UserError>] {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "microgpt-lesson-code-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var files = ["main.swift"]
        for (i, lesson) in lessons.enumerated() {
            files.append("lesson\(i).swift")
            try Data(lesson.function(named: "lesson\(i)").utf8)
                .write(to: folder.appending(path: files[i + 1]))
        }
        let calls = lessons.indices.map { "case \"\($0)\": try lesson\($0)()" }
        let main = """
            @preconcurrency import Foundation
            setvbuf(stdout, nil, _IOLBF, 0)
            switch CommandLine.arguments[1] {
            \(calls.joined(separator: "\n"))
            default: break
            }
            """
        try Data(main.utf8).write(to: folder.appending(path: "main.swift"))
        let objects = try ["MicroGPT", "PythonRandom"].flatMap { module in
            try FileManager.default
                .contentsOfDirectory(atPath: root.appending(path: "Sources/\(module)").path)
                .filter { $0.hasSuffix(".swift") }.sorted()
                .map { products.appending(path: "\(module).build/\($0).o").path }
        }
        let compiler = try Shell.run(
            "exec swiftc \"$@\"", "swiftc",
            [
                "-o", "code", "-module-name", "LessonCode", "-swift-version", "6", "-Onone",
                "-suppress-warnings", "-diagnostic-style", "llvm", "-I",
                products.appending(path: "Modules").path,
            ] + files + objects, in: folder)
        guard compiler.exitCode == 0 else {
            // Each alone, to find the one.
            if lessons.count > 1 {
                return try lessons.reduce(into: [:]) { all, lesson in
                    all.merge(try run([lesson], root: root, products: products)) { $1 }
                }
            }
            let errors = compiler.stderr.components(separatedBy: "\n")
                .filter { $0.contains(": error: ") }
            let why = errors.isEmpty ? compiler.stderr : errors.joined(separator: "\n")
            return [lessons[0]: .failure(UserError("its code does not compile:\n\(why)"))]
        }
        var results: [LessonCode: Result<[[String]], UserError>] = [:]
        for (i, lesson) in lessons.enumerated() {
            let run = try Shell.run(
                "exec \"$0\" \(i)", folder.appending(path: "code").path, in: root, seconds: 60)
            let outputs = run.stdout.components(separatedBy: "\(mark)\n").dropLast()
                .map { Array($0.components(separatedBy: "\n").dropLast()) }
            if run.exitCode == 0 && outputs.count == lesson.blocks.count {
                results[lesson] = .success(outputs)
            } else {
                let why = run.stderr.components(separatedBy: "\n").first { !$0.isEmpty } ?? ""
                let n = min(outputs.count, lesson.blocks.count - 1)
                results[lesson] = .failure(
                    UserError("its code from line \(lesson.blocks[n].line) on stops: \(why)"))
            }
        }
        return results
    }

    /// What a program prints between the blocks.
    private static let mark = "\u{1}"

    private func function(named name: String) -> String {
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
            func \(name)() throws {
            \(body.joined(separator: "\n"))
            }
            """
    }
}
