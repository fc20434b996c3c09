import Foundation
import TestSupport
import Testing

/// The course as pages. What readers see and can do in them, Tests/PageTests/test_site.py tries in a
/// browser.
@Suite struct SiteTests {
    static let hasPandoc = (try? Run.shell("pandoc --version"))?.exitCode == 0

    /// A course of one lesson, which shows everything that a lesson can.
    private static let course = [
        "Package.swift": "// Where a project is.\n",
        "Sources/Site/site.css": "main { max-width: 40rem }\n",
        "Sources/Site/site.js": "// Nothing.\n",
        "Lessons/README.md": """
        # The course

        ## 4 Attention

        | lesson | minutes | afterwards you can |
        |---|---|---|
        | [4-2 Looking back](4-attention/2-looking-back/lesson.md) | 24 | look |

        ## Appendix

        [Glossary](appendix/glossary.md)
        """,
        "Lessons/appendix/glossary.md": """
        # Glossary

        | term | meaning | lesson |
        |---|---|---|
        | `key` (of a position) | What it is found by. | [4-2](../4-attention/2-looking-back/lesson.md) |
        """,
        "Lessons/4-attention/2-looking-back/lesson.md": """
        # Looking back
        <!-- definitions: 2 things -->

        data → **model** → loss → backward → update → sample

        **Predict.** What is $x^2$ for 3<!-- value: three -->?

        <details><summary>Answer</summary>

        $$\\frac{18}{2}$$
        </details>

        ![A line](line.svg)

        *(`lab figure line`)*

        [a.swift:2-3](../../../Sources/a.swift#L2-L3)
        ```swift Sources/a.swift:2-3
            let a = [1: "<b>"]  // one
                .count
        ```

        ```swift run
        print(2)
        ```
        ```text
        2
        ```

        Write [4-2-look.exercise.swift](4-2-look.exercise.swift), and play with
        [the query](../../microgpt.html#attention).
        """,
        "Lessons/4-attention/2-looking-back/line.svg": """
        <svg xmlns="http://www.w3.org/2000/svg" version="1.1" aria-labelledby="title" \
        aria-describedby="desc">
        <title id="title">Line</title>
        <desc id="desc">It rises.</desc>
        <style>
        .s-ink{stroke:#1f2328}
        </style>
        <line x2="9" class="s-ink"/>
        </svg>
        """,
        "Lessons/4-attention/2-looking-back/4-2-look.exercise.swift": "func look() {}\n",
        "Lessons/microgpt.html":
            "<html><head></head><a href=\"4-attention/2-looking-back/lesson.md\">",
        "Sources/a.swift": "func f() {\n    let a = [1: \"<b>\"]  // one\n        .count\n}\n",
    ]

    /// Runs the command in a folder with such a course.
    private func site(
        _ changes: [String: String] = [:], in place: String = "site",
        environment: String = "", _ look: (Run, URL) throws -> Void
    ) throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "microgpt-course-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        for (path, text) in Self.course.merging(changes, uniquingKeysWith: { $1 }) {
            let url = folder.appending(path: path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
        }
        let run = try Run.shell(
            "cd '\(folder.path)' && \(environment) exec \"$0\" site '\(place)'")
        try look(run, folder)
    }

    @Test(.enabled(if: hasPandoc, "pandoc is not here"))
    func `a lesson becomes a page with all that it shows`() throws {
        try site { run, folder in
            #expect(run.exitCode == 0 && run.stdout == "")
            #expect(
                run.stderr == "site/index.html: the first of 6 pages; open it in a browser\n")
            let page = try String(
                contentsOf: folder.appending(path: "site/4-attention/2-looking-back.html"),
                encoding: .utf8)
            for part in [
                "<b>Lesson 4-2</b> <span>24 minutes</span>",
                "<p class=\"here\"><span>data</span><i>→</i><strong>model</strong>",
                "<p class=\"predict\"><strong>Predict.</strong>",
                "<msup><mi>x</mi><mn>2</mn></msup>",
                "<mfrac><mn>18</mn><mn>2</mn></mfrac>", "<details><summary>Answer</summary>",
                "aria-label=\"A line\"", "<line x2=\"9\" class=\"s-ink\"/>",
                "<figcaption><code>lab figure line</code></figcaption>",
                "href=\"../code/Sources/a.swift.html#L2-L3\"",
                "<span class=\"l\" data-n=\"2\"><span class=\"k\">let</span> a",
                "<span class=\"s\">&quot;&lt;b&gt;&quot;</span>",
                "<span class=\"c\">// one</span>", "data-n=\"3\">    .count</span>",
                "<div class=\"code output\">", "data-exercise=\"4-2-look\"",
                "src=\"../microgpt.html#attention/embed\" title=\"the query\"", "data-read=\"4-2\"",
                "<a rel=\"prev\" href=\"../index.html\">",
                "<a rel=\"next\" href=\"../appendix/glossary.html\">",
            ] { #expect(page.contains(part), "\(part)") }
            for part in ["<!-- ", "```", "](", "$", "<style>", "lesson.md"] {
                #expect(!page.contains(part), "\(part)")
            }
            let code = try String(
                contentsOf: folder.appending(path: "site/code/Sources/a.swift.html"),
                encoding: .utf8)
            #expect(code.contains("<a id=\"L2-L3\"></a><span class=\"l\" id=\"L2\""))
            let play = try String(
                contentsOf: folder.appending(path: "site/microgpt.html"), encoding: .utf8)
            #expect(play.contains("href=\"4-attention/2-looking-back.html\""))
            let index = try String(
                contentsOf: folder.appending(path: "site/search.js"), encoding: .utf8)
            #expect(index.contains("\"href\":\"appendix/glossary.html#term-key-of-a-position-\""))
        }
    }

    @Test(.enabled(if: hasPandoc, "pandoc is not here"))
    func `a second run gives the same bytes, and removes nothing but old pages of its own`() throws
    {
        try site { first, folder in
            let site = folder.appending(path: "site")
            func files() throws -> [String: Data] {
                let paths = try FileManager.default.subpathsOfDirectory(atPath: site.path)
                return paths.reduce(into: [:]) { files, path in  // folders have no contents
                    files[path] = try? Data(contentsOf: site.appending(path: path))
                }
            }
            let before = try files()
            let index = try String(contentsOf: site.appending(path: "index.html"), encoding: .utf8)
            try Data(index.utf8).write(to: site.appending(path: "old.html"))
            try Data("mine".utf8).write(to: site.appending(path: "mine.html"))
            let second = try Run.shell("cd '\(folder.path)' && exec \"$0\" site site")
            #expect(first.exitCode == 0 && second.exitCode == 0)
            #expect(before.count > 8)
            #expect(try files() == before.merging(["mine.html": Data("mine".utf8)]) { $1 })
        }
    }

    @Test(
        .enabled(if: hasPandoc, "pandoc is not here"),
        arguments: [
            ("[x](none.md)", "the link none.md leads nowhere"),
            ("$\\frac{1}$", "pandoc: [WARNING] Could not convert TeX math"),
        ])
    func `what cannot become a page is an error`(_ text: String, message: String) throws {
        let changes = ["Lessons/appendix/glossary.md": "# Glossary\n\n\(text)\n"]
        try site(changes) { run, folder in
            #expect(run.exitCode == 1 && run.stderr.contains(message), "\(run.stderr)")
            #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "site").path))
        }
    }

    @Test func `a lesson that is not in the map is an error`() throws {
        try site(["Lessons/appendix/more.md": "# More\n"]) { run, _ in
            #expect(
                run.stderr
                    == "Error: Lessons/appendix/more.md: not in the map; add it to Lessons/README.md\n"
            )
            #expect(run.exitCode == 1)
        }
    }

    @Test func `without pandoc it says what to install`() throws {
        try site(environment: "PATH=/none") { run, _ in
            #expect(
                run.stderr
                    == "Error: pandoc is not here, which makes pages of Markdown and formulas; install it "
                    + "with \"apt-get install pandoc\", or \"brew install pandoc\" on macOS\n")
            #expect(run.exitCode == 1)
        }
    }

    @Test func `a place that is not its own is refused, and stays as it was`() throws {
        for (place, message) in [
            (
                "Lessons",
                "Lessons: has files that \"lab site\" has not made; choose a new folder, or an empty one"
            ),
            ("Package.swift", "Package.swift is a file, not a folder; choose another place"),
            ("Package.swift/site", "Package.swift is a file, not a folder; choose another place"),
        ] {
            try site(in: place) { run, folder in
                #expect(run.exitCode == 1 && run.stderr.hasSuffix("\(message)\n"), "\(run.stderr)")
                let kept = try String(
                    contentsOf: folder.appending(path: "Package.swift"), encoding: .utf8)
                #expect(kept == Self.course["Package.swift"])
                let index = folder.appending(path: "Lessons/index.html")
                #expect(!FileManager.default.fileExists(atPath: index.path))
            }
        }
    }

    @Test(.enabled(if: getuid() != 0, "root may write anywhere"))
    func `a folder in which nothing can be written is refused`() throws {
        try site(in: "/site") { run, _ in
            #expect(
                run.stderr == "Error: /site: nothing can be written in /; choose another place\n")
        }
    }

    @Test func `outside of the project it says where to run it`() throws {
        let run = try Run.shell("cd / && exec \"$0\" site site")
        #expect(
            run.stderr == "Error: there are no Lessons here; run this in the project's folder\n")
        #expect(run.exitCode == 1)
    }
}
