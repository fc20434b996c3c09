import Foundation
import TestSupport
import Testing

@Suite struct LessonTests {
    static let lessons: [String] = {
        let folder = Fixture.projectFolder.appending(path: "Lessons")
        let paths = FileManager.default.enumerator(atPath: folder.path)?.allObjects as? [String]
        return (paths ?? []).filter { $0.hasSuffix(".md") }.sorted().map { "Lessons/\($0)" }
    }()

    /// Commands that need a trained model get one that was trained once.
    static let trained: String? = {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "microgpt-lessons-\(UUID().uuidString)")
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: "model.safetensors").path
        let run = try? Run.microgpt("train", "--quiet", "--save", file)
        return run?.exitCode == 0 ? file : nil
    }()

    static func output(of arguments: String) throws -> String {
        var arguments = arguments
        if arguments.contains(/^(trace|attention|sample|complete|embeddings)\s/)
            && !arguments.contains("--load") && !arguments.contains("--untrained")
        {
            arguments += " --load '\(try #require(trained))'"
        }
        let run = try Run.shell("\"$0\" \(arguments)")
        #expect(run.exitCode == 0 && run.stderr == "", "\(arguments): \(run.stderr)")
        return run.stdout
    }

    @Test(arguments: lessons) func `a lesson shows what is so`(_ path: String) throws {
        let text = try Fixture.projectText(path)
        let problems = try LessonChecker(path: path, text: text, run: Self.output).problems()
        #expect(problems.isEmpty, "\(problems.joined(separator: "\n"))")
    }

    /// The command that draws each picture, without `--svg` and the file.
    static let pictures = ["pictures/attention-emma.svg": "attention emma"]

    @Test func `every picture is drawn again by its command, to the byte`() throws {
        let folder = Fixture.projectFolder.appending(path: "Lessons")
        let paths = FileManager.default.enumerator(atPath: folder.path)?.allObjects as? [String]
        let found = (paths ?? []).filter { $0.hasSuffix(".svg") }
        #expect(Set(found) == Set(Self.pictures.keys))
        for (picture, command) in Self.pictures {
            try withFile([], named: "picture.svg") { path in
                _ = try Self.output(of: "\(command) --svg '\(path)'")
                let drawn = String(
                    decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
                #expect(drawn == (try Fixture.projectText("Lessons/\(picture)")), "\(picture)")
            }
        }
    }

    // MARK: - The checker notices

    private static func problems(_ text: String) throws -> [String] {
        try LessonChecker(path: "Lessons/x.md", text: text) { arguments in
            #expect(arguments == "say")
            return "one\ntwo 2.0\nthree\nfour\n"
        }.problems()
    }

    @Test func `what is so is not complained about`() throws {
        let good = """
            ```swift Package.swift:2-2
            import PackageDescription
            ```
            ```console
            $ microgpt say
            one
            …
            three
            four
            ```
            [here](../README.md) [there](https://example.com) ![picture](pictures/attention-emma.svg)
            """
        #expect(try Self.problems(good) == [])
    }

    @Test(arguments: [
        ("```swift Package.swift:2-2\nimport PackageDescriptions\n```", "not lines 2 to 2"),
        ("```swift Package.swift:3-3\nimport PackageDescription\n```", "not lines 3 to 3"),
        ("```swift Package.swift:2-9999\nimport PackageDescription\n```", "not lines 2 to 9999"),
        ("```swift\nlet x = 1\n```", "does not say which lines"),
        ("```console\n$ microgpt say\none\ntwo 2.1\nthree\nfour\n```", "not in the output"),
        ("```console\n$ microgpt say\none\ntwo 2.0\n```", "the output goes on"),
        ("```console\n$ microgpt say\ntwo 2.0\nthree\nfour\n```", "not in the output"),
        ("```console\n$ microgpt say\n…\nthree\ntwo 2.0\n…\n```", "not in the output"),
        ("```console\none\n```", "does not begin with a command"),
        ("[gone](gone.md)", "leads nowhere: gone.md"),
        ("![gone](pictures/gone.svg)", "leads nowhere: pictures/gone.svg"),
        ("<!-- values: costOfHeads -->\n| | 4 heads of 4 |", "the values are"),
        ("<!-- values: nothing -->", "none of that name"),
    ])
    func `what is not so is`(_ text: String, _ problem: String) throws {
        let problems = try Self.problems(text)
        #expect(problems.count == 1)
        #expect(problems.first?.contains(problem) == true, "\(problems)")
    }
}
