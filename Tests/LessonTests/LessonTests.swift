import Course
import LessonFigures
import LessonJudges
import Foundation
import Inspection
import PythonRandom
import TestSupport
import Testing

@Suite struct LessonTests {
    @Test func `the lessons show what is so, and all of the single file`() throws {
        let run = try Run.lab("lessons", "--check")
        #expect(run.exitCode == 0, "\(run.stdout)\(run.stderr)")
        let last = try #require(run.lines.last)
        #expect(last.hasPrefix("MicroGPT.swift: ") && last.hasSuffix(" are quoted (100%)"))
    }

    @Test func `a whole number changed in a sentence is found, nine times in ten`() throws {
        let figure = try #require(Figures.all["constants"])
        let constants = Set(try figure().flatMap { wholeNumbers(in: $0) })
        var rng = PythonRandom(seed: 42)
        var (changed, found) = (0, 0)
        for path in try LessonChecker.texts() {
            let text = try Fixture.projectText(path)
            let numbers = Numbers(Lesson(text), constants: constants)
            let original = text.components(separatedBy: "\n")
            // A number before such a comment is compared with what its figure gives.
            var claims = numbers.claims.filter {
                !$0.number.contains(".") && !original[$0.line - 1].contains("<!-- value: ")
            }
            rng.shuffle(&claims)
            for claim in claims.prefix(3) {
                var lines = original
                var digits = claim.number.map { _ in "\(1 + Int(rng.random() * 9))" }.joined()
                if digits == claim.number { digits = String(digits.reversed()) + "1" }
                for written in [claim.number, grouped(Int(claim.number) ?? 0)] {
                    lines[claim.line - 1] = lines[claim.line - 1].replacing(written, with: digits)
                }
                let broken = Numbers(Lesson(lines.joined(separator: "\n")), constants: constants)
                changed += 1
                if broken.unproven.contains(where: { $0.number == digits }) { found += 1 }
            }
        }
        #expect(changed > 110)
        // What is not found stands somewhere in the lesson for something else.
        #expect(found * 10 >= changed * 9, "\(found) of \(changed)")
    }

    @Test func `every figure and every picture is in a lesson`() throws {
        let folder = Fixture.projectFolder.appending(path: "Lessons")
        let paths = FileManager.default.enumerator(atPath: folder.path)?.allObjects as? [String]
        let lessons = (paths ?? []).filter { $0.hasSuffix(".md") }.map { "Lessons/\($0)" }
        let texts = try (["README.md"] + lessons).map(Fixture.projectText).joined(separator: "\n")
        let shown = ["<!-- values: ", "<!-- value: ", "$ lab figure "].flatMap { before in
            texts.components(separatedBy: before).dropFirst()
                .map { String($0.prefix { $0.isLetter || $0.isNumber }) }
        }
        #expect(Set(Figures.all.keys).subtracting(shown) == [])
        let drawn = texts.components(separatedBy: "lab figure ").dropFirst()
            .filter { $0.contains(/^\w+ --svg Lessons\//) }
            .map { String($0.prefix { $0.isLetter || $0.isNumber }) }
        #expect(Set(Figures.pictures.keys).subtracting(drawn) == [])
    }

    #if !DEBUG && canImport(Glibc)
        @Test func `the longer model of the lessons is made by the command that they show`() throws
        {
            try withFile([], named: "longer.safetensors") { file in
                let run = try Run.lab(
                    "train", "--preset", "gist", "--steps", "20000", "--save", file)
                #expect(run.exitCode == 0, "\(run.stderr)")
                let kept = Fixture.projectFolder.appending(path: TrainedModel.longer)
                #expect(try Data(contentsOf: URL(filePath: file)) == Data(contentsOf: kept))
            }
        }
    #endif

    @Test func `every picture is legible at 400 pixels`() throws {
        let folder = Fixture.projectFolder.appending(path: "Lessons")
        let paths = FileManager.default.enumerator(atPath: folder.path)?.allObjects as? [String]
        let pictures = (paths ?? []).filter { $0.hasSuffix(".svg") }
        #expect(pictures.count > 30)
        for path in pictures {
            Picture(try Fixture.projectText("Lessons/\(path)")).expectLegible()
        }
    }
}

/// The checker, on lessons of a project that is made up.
@Suite struct LessonCheckerTests {
    private static let source = """
        // Numbers.
        let one = 1
        let two = 2

        let three = 3
        """

    private struct Result {
        var problems: [String]
        var text: String
        var coverage: (quoted: Int, all: Int)
        /// The lines of code that are not quoted.
        var missing: [String]
        var drawn: [String: Data]
        /// What the update alone cannot mend.
        var left: [String]
    }

    private static func read(
        _ text: String, as path: String = "Lessons/x.md", isExact: Bool = true
    ) throws -> Result {
        let root = FileManager.default.temporaryDirectory
            .appending(path: "microgpt-checker-\(UUID().uuidString)").resolvingSymlinksInPath()
        defer { try? FileManager.default.removeItem(at: root) }
        for (name, content) in [
            path: text, "Source.swift": source, "Lessons/pictures/a.svg": "<svg/>",
            "Lessons/microgpt.html": "",
            "Sources/Page/page.js": "const tabs = { train, step, play };",
            "Sources/Page/play.js": "export const pieces = {\n  slope,\n  softmax,\n};",
            "Lessons/other.md": "# The other\n## What goes wrong?\n## Use `dot`\n## Use `dot`\n",
        ] {
            let url = root.appending(path: name)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(content.utf8).write(to: url)
        }
        let world = LessonChecker.World(
            root: root, isExact: isExact,
            output: { command in
                if let match = command.wholeMatch(of: /lab draw (\S+) --svg '(.+)'/) {
                    try Data("<svg\(match.1 == "a" ? "" : " new")/>".utf8)
                        .write(to: URL(filePath: String(match.2)))
                    return ""
                }
                if command == "lab wait" { return nil }
                #expect(command == "lab say")
                return "one\ntwo 2.0\nthree\nfour\n"
            },
            understands: { command in
                ["lab go", "lab stay", "lab help by"].contains(command)
                    || command.hasPrefix("lab draw ")
            },
            figure: { name in
                [
                    "table": ["| a | 1.5 |", "|---|---|"], "number": ["3.3170"],
                    "constants": ["| letters | 26 |"],
                ][name]
            },
            session: { line in
                line == "lldb -b here -o 'v a' -o 'b Source.swift:3' -- lab go"
                    ? "(lldb) v a\nProcess 71 stopped\n a = 0x00007f12 (2.25)\n b = 3.5 \n"
                        + "(lldb) b Source.swift:3\n" : nil
            },
            run: { lesson in
                // What stands between quotation marks.
                lesson.blocks.map { block in
                    block.code.compactMap { $0.wholeMatch(of: /print\("(.*)"\)/)?.1 }
                        .map(String.init)
                }
            })
        let checker = LessonChecker(world)
        let renewed = try checker.read(path)
        let drawn = try checker.drawPictures()
        let findings = checker.findings
        let coverage = try checker.coverage(of: "Source.swift")
        return Result(
            problems: findings.map(\.description), text: renewed, coverage: coverage,
            missing: checker.findings.dropFirst(findings.count).map(\.description), drawn: drawn,
            left: findings.filter { !$0.isMended }.map(\.problem))
    }

    private static let good = """
        # Title
        [Source.swift:2-3](../Source.swift#L2-L3)
        ```swift Source.swift:2-3
        let one = 1
        let two = 2
        ```
        ```console
        $ lab say
        one
        …
        three
        four
        ```
        ```console
        $ swift run -c release lab go
        $ swift test
        ```
        ```lldb
        $ lldb here -- lab go
        (lldb) v a
        Process … stopped
         a = 0x… (2.25)
         b = 3.5
        (lldb) b Source.swift:3
        ```
        <!-- values: table -->
        | a | 1.5 |
        |---|---|

        ```swift run
        print("5.25")
        let x = 1
        ```

        ```text
        5.25
        ```
        ```swift run
        let y = x
        ```
        That was 5.25.
        It is **3.3170**<!-- value: number -->, or 1.5<!-- value: table[0] -->, and 2.25; $x = 0.7$.
        [lines](../Source.swift#L2-L3) [here](other.md) [there](https://example.com/1.2)
        Stop at `b Source.swift:3`.
        [a](#title) [b](other.md#what-goes-wrong) [c](other.md#use-dot-1)
        [d](microgpt.html#softmax) [e](microgpt.html#step) [f](microgpt.html)
        `lab stay` `lab go …` `lab by`
        ```sh
        lab go
        lab leave # refused
        echo and so on
        ```
        ![a picture](pictures/a.svg) (`lab draw a --svg Lessons/pictures/a.svg`)
        [Source.swift:5](../Source.swift#L5)
        ```swift Source.swift:5-5
        let three = 3
        ```
        <!-- definitions: 256 values of a byte;
        768 1024 widths of other models -->
        Of 26 letters, 3 heads and 256 values; 768, 1,024-wide (2017): line 77 of [03-07](other.md).
        1. GPT-2, `x[99]`, $55$.
        ```mermaid
        a -- 26 --> b
        ```
        """
        .replacingOccurrences(of: ", or 1.5<!-- value: table[0] -->", with: "")

    @Test func `what is so is not complained about, and stays as it is`() throws {
        let result = try Self.read(Self.good)
        #expect(result.problems == [])
        #expect(result.text == Self.good)
        #expect(result.drawn.isEmpty)
        #expect(result.coverage == (3, 3))
        #expect(result.missing == [])
    }

    @Test func `each line of code that no lesson quotes is counted and named`() throws {
        let lesson = Self.good.replacingOccurrences(
            of: "5](../Source.swift#L5)\n```swift Source.swift:5-5\nlet three = 3",
            with: "1](../Source.swift#L1)\n```swift Source.swift:1-1\n// Numbers.")
        let result = try Self.read(lesson)
        #expect(result.problems == [])
        #expect(result.coverage == (2, 3))
        #expect(result.missing == ["Source.swift:5: no lesson quotes let three = 3"])
    }

    @Test(arguments: [
        ("GPT-2, x1, float64, 4x, 1e-9, 3e+130, 0.25", []), ("16-dimensional -5.", ["16", "5"]),
        ("1,024, 2_048 and 3,4; lines 114-120.", ["1024", "2048", "3", "4", "114", "120"]),
    ]) func `whole numbers are read`(_ text: String, _ numbers: [String]) {
        #expect(wholeNumbers(in: text) == numbers)
    }

    @Test func `what is printed as a Double vouches for the whole number`() {
        let lesson = Lesson("<!-- values: x -->\n39.0\n\nIt is 39, not 40. About 15 minutes.")
        #expect(Numbers(lesson).unproven.map(\.number) == ["40"])
    }

    /// What breaks a lesson, what is said about it, and whether an update makes it good again.
    private static let breaks: [(String, String, says: String, isMended: Bool)] = [
        ("let two = 2\n", "let two = 3\n", "not lines 2 to 3 of Source.swift", false),
        ("let two = 2\n", "let too = 2\nlet two = 2\n", "not lines 2 to 3", true),
        (
            "```swift Source.swift:2-3", "```swift Source.swift:1-2",
            "not lines 1 to 2 of Source.swift, but 2 to 3", true
        ),
        ("```swift Source.swift:2-3", "```swift Source.swift:2-9999", "not lines 2 to 9999", true),
        ("swift Source.swift:2-3", "swift", "does not say which lines", false),
        ("swift Source.swift:2-3", "swift None.swift:2-3", "does not say which lines", false),
        ("```swift S", "```c S", "a block of what?", false),
        (
            "[Source.swift:2-3]", "[Source.swift:2-4]", "above it should stand [Source.swift:2-3]",
            true
        ),
        ("three\nfour", "three\nfive", "does not print, there:\nthree\nfive", false),
        ("say\none\n…", "say\none\ntwo 2.1\n…", "does not print, there:\none\ntwo 2.1", true),
        ("…\nthree\nfour", "two 2.0", "$ lab say prints\none\ntwo 2.0\nthree\nfour", true),
        ("three\nfour", "three", "does not print, there:\nthree", false),
        ("one\n…\n", "…\none\n…\nfour\n…\n", "does not print, there:\nthree", false),
        ("$ lab say\n", "", "does not begin with a command", false),
        ("$ swift test", "$ rm names.txt", "not a command of this project", false),
        (
            "release lab go", "release lab run", "no such command: swift",
            false
        ),
        ("`lab stay`", "`lab run`", "no such command: lab run", false),
        ("sh\nlab go", "sh\nlab run", "no such command: lab run", false),
        ("lab leave #", "lab go #", "there is such a command: lab go", false),
        ("(2.25)", "(2.5)", "$ lldb here -- lab go prints\n(lldb) v a\nProcess … stopped", true),
        ("| 1.5 |", "| 1.6 |", "figure table is\n| a | 1.5 |", true),
        ("values: table", "values: chair", "there is no figure chair", false),
        ("**3.3170**", "**3.3171**", "the number before the comment is 3.3170", true),
        ("**3.3170**", "**13.3170**", "the number before the comment is 3.3170", true),
        ("```text\n5.25", "```text\n5.35", "it prints\n5.25", true),
        ("```text\n5.25", "```text\n5.25\n5.25", "it prints\n5.25", true),
        ("```text\n5.25\n```\n", "", "no block \"text\" after it shows what it prints", false),
        ("value: number", "value: table", "figure table has no such line", false),
        ("and 2.25", "and 2.26", "where does 2.26 come from?", false),
        ("$x = 0.7$", "x = 0.7", "where does 0.7 come from?", false),
        ("Of 26", "Of 25", "x.md:60: where does 25 come from?", false),
        ("and 256", "and 257", "where does 257 come from?", false),
        ("and 256", "and 16", "x.md:58: defines 256, which no sentence has", false),
        ("1,024-wide", "1,025-wide", "where does 1025 come from?", false),
        ("(2017)", "(2,017)", "where does 2017 come from?", false),
        ("line 77", "page 77", "where does 77 come from?", false),
        ("1. GPT-2", "1. GPT 28", "where does 28 come from?", false),
        ("`x[99]`", "x[99]", "where does 99 come from?", false),
        ("$55$", "55", "where does 55 come from?", false),
        ("a -- 26", "a -- 27", "x.md:63: where does 27 come from?", false),
        ("768 1024 widths of other models", "768 1024", "not \"768 1024\"", false),
        ("of a byte;", "of a byte; of bits 12;", "not \"of bits 12\"", false),
        ("(other.md)", "(gone.md)", "leads nowhere: gone.md", false),
        (
            "[lines](../Source.swift#L2-L3)", "[lines](../Source.swift#L2-L4)",
            "leads to lines that this lesson does not quote", false
        ),
        (
            "`b Source.swift:3`", "`b Source.swift:1`",
            "stops at a line that this lesson does not quote: b Source.swift:1", false
        ),
        ("#what-goes-wrong", "#what-goes-right", "leads to no heading", false),
        ("(#title)", "(#titel)", "leads to no heading: #titel", false),
        ("#softmax", "#softmux", "leads to no piece of the page: microgpt.html#softmux", false),
        ("#step", "#stop", "leads to no piece of the page: microgpt.html#stop", false),
        ("![a picture]", "![]", "a picture without words", false),
        (
            "`lab draw a", "`draw a", "no command is named that draws Lessons/pictures/a.svg",
            false
        ),
        (
            "lab draw a", "lab draw b",
            "lab draw b --svg Lessons/pictures/a.svg draws", true
        ),
        ("(pictures/a.svg)", "(pictures/b.svg)", "leads nowhere: pictures/b.svg", false),
    ]

    @Test(arguments: breaks.indices) func `what is not so is found`(_ n: Int) throws {
        let (from, to, says, isMended) = Self.breaks[n]
        let broken = Self.good.replacingOccurrences(of: from, with: to)
        #expect(broken != Self.good)
        let result = try Self.read(broken)
        #expect(result.problems.contains { $0.contains(says) }, "\(result.problems)")
        #expect(result.left.isEmpty == isMended, "\(result.left)")
        if isMended && result.drawn.isEmpty { #expect(try Self.read(result.text).problems == []) }
    }

    /// Where the C library rounds otherwise, numbers may be others, and nothing else.
    @Test(arguments: [
        ("two 2.0", "two 2.1", true), ("two 2.0", "too 2.0", false),
        ("| 1.5 |", "| 1.6 |", true), ("| a |", "| b |", false),
        ("**3.3170**", "**3.3171**", true), ("and 2.25", "and 2.26", false),
        ("let two = 2\n", "let two = 3\n", false),
    ]) func `numbers may differ on other systems`(
        _ from: String, _ to: String, _ isAllowed: Bool
    ) throws {
        let lesson = Self.good.replacingOccurrences(of: "say\none\n…", with: "say\none\ntwo 2.0")
        let broken = lesson.replacingOccurrences(of: from, with: to)
        #expect(broken != lesson)
        let result = try Self.read(broken, isExact: false)
        #expect(result.problems.isEmpty == isAllowed, "\(result.problems)")
        if isAllowed { #expect(result.text == broken) }
    }

    @Test func `a breakpoint moves with the line that it is on`() throws {
        let before = Self.good.replacing("Source.swift:2-3", with: "Source.swift:1-2")
            .replacing("L2-L3", with: "L1-L2")
            .replacing("b Source.swift:3", with: "b Source.swift:2")
        let result = try Self.read(before)
        #expect(result.problems.contains("Lessons/x.md:44: should be b Source.swift:3"))
        #expect(result.text == Self.good)
    }

    @Test func `a picture that has changed is drawn anew`() throws {
        let lesson = Self.good.replacingOccurrences(of: "draw a", with: "draw b")
        #expect(
            try Self.read(lesson).drawn == ["Lessons/pictures/a.svg": Data("<svg new/>".utf8)])
    }

    @Test func `what was left to be filled in is filled in`() throws {
        let lesson = """
            ```swift Source.swift:2-3
            ```
            ```console
            $ lab say
            ```
            <!-- values: table -->
            """
        #expect(
            try Self.read(lesson).text == """
                [Source.swift:2-3](../Source.swift#L2-L3)
                ```swift Source.swift:2-3
                let one = 1
                let two = 2
                ```
                ```console
                $ lab say
                one
                two 2.0
                three
                four
                ```
                <!-- values: table -->
                | a | 1.5 |
                |---|---|
                """)
    }

    @Test func `what would take too long here is not compared`() throws {
        let lesson = Self.good.replacingOccurrences(of: "$ lab say", with: "$ lab wait")
        #expect(try Self.read(lesson).problems == [])
    }

    @Test func `a session that cannot be run is not compared`() throws {
        let lesson = Self.good.replacingOccurrences(of: "lldb here", with: "lldb elsewhere")
            .replacingOccurrences(of: "and 2.25", with: "")
        #expect(try Self.read(lesson).problems == [])
    }

    @Test func `a lesson of the course has its form, and other texts have any`() throws {
        let problem = "has no section \"Get it wrong\""
        let room = try Self.read(Self.good, as: "Lessons/8-part/1-room/lesson.md").problems
        #expect(room.contains { $0.hasSuffix(problem) })
        #expect(try Self.read(Self.good).problems == [])
    }
}
