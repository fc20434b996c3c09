import Course
import Foundation
import Inspection
import TestSupport
import Testing

/// What is asked of every lesson of the course, on lessons that are made up.
@Suite struct CoreTests {
    private static let good = """
        # Looking back
        data → **model** → loss → backward → update → sample

        **Predict.** What would you do?
        <details><summary>One good answer</summary>

        Share it out, by hand, in 12 steps.
        </details>

        ![a picture](a.svg)

        *(`lab figure a --svg a.svg`)*

        *Play with it: [pictures](../../microgpt.html#a).*
        ```text
        ```

        ## Get it wrong
        | a | b |
        |---|---|
        | 1 | 2.5 |

        \(String(repeating: "These are nine words of which a sentence consists. ", count: 60))

        That takes about 7
        minutes.

        ## In one sentence
        **Look back, and share.** You can now look back by hand. → [The root](../3-root/lesson.md)

        <details><summary>Deeper: for the curious, 77 things</summary>

        | a | b |
        |---|---|
        The perplexity is 3.

        </details>

        """

    private static func core(_ text: String, at path: String = "4-attention/2-looking-back")
        -> Core?
    {
        let glossary = """
            | term | meaning | lesson |
            |---|---|---|
            | key, `head` | What is looked for. | [4-1](../4-attention/1-where/lesson.md) |
            | perplexity | How unsure. | [5-1](../5-heads/1-heads/lesson.md) |
            """
        return Core(
            Lesson(text), path: "Lessons/\(path)/lesson.md", glossary: Term.all(in: glossary))
    }

    @Test func `a core is measured without what is folded away`() throws {
        let core = try #require(Self.core(Self.good))
        #expect(core.words == 60 * 9 + 42)
        #expect(core.numbers == 4 && core.tables == 1 && core.pictures == 1)
        #expect(core.longestSentence == 9 && core.earlyTerms == [])
        #expect(core.ability == "look back by hand" && core.minutes == 3 + 7)
        #expect(core.breaches == [])
        #expect(Self.core(Self.good, at: "appendix") == nil)
    }

    @Test(arguments: [
        ("These are", "", "the core has 462 words, and may have at least 500"),
        ("nine", "nine whole sentences and seven clauses more", "and may have at most 900"),
        ("These are nine", "These are nine 9", "the core has 64 numbers, and may have at most 40"),
        ("![a picture](a.svg)", "", "the core has 0 pictures, and may have at least 1"),
        ("## Get", "| c |\\n|---|\\n\\n## Get", "the core has 2 tables, and may have at most 1"),
        ("Share it", "Perplexities, and the perplexity: share it", "1 early terms (perplexity)"),
    ]) func `what is beyond a bound is found, unless there is a reason`(
        _ from: String, _ to: String, _ says: String
    ) throws {
        let text = Self.good.replacing(from, with: to.replacing("\\n", with: "\n"))
        let breaches = try #require(Self.core(text)?.breaches)
        #expect(breaches.count == 1 && breaches[0].contains(says), "\(breaches)")
        let name = try #require(Core.bounds.map(\.name).first { breaches[0].contains($0) })
        let excused = "\(text)\n<!-- exceeds: \(name), because it must be -->\n"
        #expect(Self.core(excused)?.breaches == [])
    }

    @Test func `a term is early where a later lesson explains it`() throws {
        let text = Self.good.replacing("Share it", with: "A key, heads, or a monkey: share it")
        #expect(Self.core(text)?.earlyTerms == [])
        #expect(Self.core(text, at: "3-autograd/1-values")?.earlyTerms == ["key", "head"])
    }

    @Test(arguments: [
        ("# Looking back\n", "", "does not begin with its title"),
        ("**model**", "model", "today's boxes bold"),
        ("**Predict.**", "Guess.", "has no question to predict"),
        ("## Get it wrong", "## Wrong", "has no section \"Get it wrong\""),
        ("## In one sentence", "## In short", "has no section \"In one sentence\""),
        ("You can now", "You may", "does not say what \"You can now\" do"),
        ("→ [The root]", "[The root]", "has no way on to the next lesson"),
        (
            "## Get it wrong", "<summary>Deeper: x</summary></details>\n## Get it wrong",
            "goes deeper"
        ),
    ]) func `a lesson has its form`(_ from: String, _ to: String, _ says: String) {
        let text = Self.good.replacing(from, with: to)
        let breaches = Lesson(text).breaches(exercises: [], isLast: false)
        #expect(breaches.contains { $0.contains(says) }, "\(breaches)")
    }

    @Test func `a lesson links to its exercises, and the last of a part asks three questions`() {
        let text = Self.good
        #expect(Lesson(text).breaches(exercises: [], isLast: false) == [])
        #expect(
            Lesson(text).breaches(exercises: ["4-2-head.exercise.swift"], isLast: true) == [
                "has no link to 4-2-head.exercise.swift",
                "has no section \"Checkpoint\" with three folded answers",
            ])
        let questions = String(
            repeating: "Why?\n<details><summary>…</summary></details>\n", count: 3)
        let last = text.replacing(
            "\n## In one",
            with: "\n[4-2](4-2-head.exercise.swift)\n## Checkpoint\n\(questions)\n## In one")
        #expect(Lesson(last).breaches(exercises: ["4-2-head.exercise.swift"], isLast: true) == [])
    }

    /// Prints what the cores measure, which is what this test is for beside its bounds.
    @Test func `the cores of the course are within their bounds`() throws {
        let run = try Run.lab("lessons", "--measure")
        #expect(run.exitCode == 0)
        print(run.stdout)
        let words = run.stdout.matches(of: /part (\d): (\d+) words/)
            .filter { $0.1 < "7" }.compactMap { Int($0.2) }
        #expect(words.reduce(0, +) <= 24_000)
    }
}

/// Code that stands in a lesson is compiled and run.
@Suite struct LessonCodeTests {
    private static func run(_ text: String) throws -> [[String]] {
        let lesson = try #require(LessonCode(Lesson(text), path: "Lessons/x.md"))
        return try lesson.run(
            root: Fixture.projectFolder, products: Run.command.deletingLastPathComponent())
    }

    @Test func `each block goes on with what those before it have declared`() throws {
        let outputs = try Self.run(
            """
            ```swift run
            struct Knob {
                var x: Double
                static func * (a: Knob, b: Double) -> Knob { Knob(x: a.x * b) }
            }
            let knob = Knob(x: 1.5)
            ```
            ```swift run
            print((knob * 2).x)
            print("two")
            let y = Value(knob.x)
            (y * y).backward()
            print(y.grad)
            ```
            """)
        #expect(outputs == [[], ["3.0", "two", "3.0"]])
    }

    @Test(arguments: [
        ("# T\n```swift run\nprint(two)\n```", "Lessons/x.md:3:7: error: cannot find 'two'"),
        (
            "# T\n\n```swift run\nprint(3)\n```\n```swift run\nlet l = [1]\nprint(l[l[0]])\n```",
            "its code from line 7 on stops: "
        ),
    ]) func `code that does not compile or stops is said with its place`(
        _ text: String, _ says: String
    ) throws {
        let error = try #require(throws: UserError.self) { try Self.run(text) }
        #expect("\(error)".contains(says), "\(error)")
    }
}
