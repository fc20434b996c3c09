import Foundation
import Inspection

/// The part of a lesson that everybody reads: all but what is folded away under a title "Deeper: …". It is
/// kept short enough for one evening a part of the course, and uses no term before its time.
package struct Core {
    /// Of the course, from 0, and of the lesson in it, from 1.
    package let part: Int
    package let number: Int
    package let title: String
    package private(set) var words = 0
    package private(set) var numbers = 0
    package private(set) var tables = 0
    package private(set) var pictures = 0
    /// In words.
    package private(set) var longestSentence = 0
    /// The terms in it that a later lesson explains.
    package private(set) var earlyTerms: [String] = []
    /// What may be beyond its bound here, with the reason.
    package private(set) var excuses: [String: String] = [:]
    /// What readers can do after it, as in "You can now …".
    package private(set) var ability: String?
    /// Minutes for its exercises, which it says itself, and one for each command that it runs.
    package private(set) var minutesToDo = 0

    /// Minutes at 200 words a minute, with all else that there is to do.
    package var minutes: Int { (words + 199) / 200 + minutesToDo }

    /// What a core may have, by what is measured.
    package static let bounds: [(name: String, limit: ClosedRange<Int>)] = [
        ("words", 500...900), ("numbers", 0...40), ("tables", 0...1), ("pictures", 1...Int.max),
        ("early terms", 0...0),
    ]

    private var measures: [Int] { [words, numbers, tables, pictures, earlyTerms.count] }

    /// What is beyond its bound without an excuse.
    package var breaches: [String] {
        zip(Self.bounds, measures).compactMap { bound, measure in
            if bound.limit.contains(measure) || excuses[bound.name] != nil { return nil }
            let terms =
                bound.name == "early terms" ? " (\(earlyTerms.joined(separator: ", ")))" : ""
            let limit =
                measure > bound.limit.upperBound
                ? "at most \(bound.limit.upperBound)" : "at least \(bound.limit.lowerBound)"
            return "the core has \(measure) \(bound.name)\(terms), and may have \(limit)"
        }
    }

    /// The part and the number of a lesson of the course, or nil for other texts.
    package static func place(of path: String) -> (part: Int, number: Int)? {
        path.firstMatch(of: /Lessons\/(\d)-[\w-]+\/(\d)-[\w-]+\/lesson\.md$/)
            .flatMap { match in Int(match.1).flatMap { a in Int(match.2).map { (a, $0) } } }
    }

    /// - Parameters:
    ///   - path: of the lesson, which must be one of the course.
    ///   - glossary: where each term is explained.
    package init?(_ lesson: Lesson, path: String, glossary: [Term]) {
        guard let place = Self.place(of: path) else { return nil }
        (part, number) = place
        title = lesson.headings.first?.title ?? path
        var paragraphs = [""]
        var isTable = false
        for part in lesson.core {
            let text = part.lines.first ?? ""
            switch part.kind {
            case .block(let info):
                if info == "console" { minutesToDo += part.lines.count { $0.hasPrefix("$ ") } }
                paragraphs.append("")
            case .definitions: break
            case .values:
                if part.lines.first?.hasPrefix("|") == true { tables += 1 }
                numbers += part.lines.reduce(0) { $0 + Self.numbers(in: $1) }
            case .prose:
                if let match = text.wholeMatch(of: /<!-- exceeds: ([\w ]+), because (.+) -->/) {
                    excuses[String(match.1)] = String(match.2)
                }
                pictures += text.matches(of: /!\[/).count
                numbers += Self.numbers(in: text)
                let isRow = text.hasPrefix("|")
                if isRow && !isTable { tables += 1 }
                isTable = isRow
                let plain = Self.isPointer(text) ? "" : Self.plain(text)
                let begins = text.isEmpty || isRow || text.contains(/^(#|- |\d+\. |<)/)
                if begins { paragraphs.append("") }
                if !isRow { paragraphs[paragraphs.count - 1] += plain + " " }
            }
        }
        for paragraph in paragraphs {
            words += Self.words(in: paragraph)
            let sentences = paragraph.replacing(/([.!?:])["”’)*_]*\s/) { "\($0.1)\n" }
            for sentence in sentences.split(separator: "\n") {
                longestSentence = max(longestSentence, Self.words(in: String(sentence)))
            }
            for match in paragraph.matches(of: /[Aa]bout (\d+) minutes/) {
                minutesToDo += Int(match.1) ?? 0
            }
            if let match = paragraph.firstMatch(of: /You can now ([^.]+)\./) {
                ability = String(match.1)
            }
        }
        let all = paragraphs.joined(separator: " ").lowercased()
        earlyTerms = glossary.filter { term in
            guard let home = Self.place(of: term.path), home > place else { return false }
            let name = term.name.lowercased()
            guard all.contains(name) else { return false }  // faster than a pattern
            let word = NSRegularExpression.escapedPattern(for: name)
            return all.range(of: "(?<![\\w-])\(word)s?(?![\\w-])", options: .regularExpression)
                != nil
        }.map(\.name)
    }

    /// A table of what they measure.
    package static func table(of cores: [Core]) -> [String] {
        Inspection.table(
            ["core"] + bounds.map(\.name) + ["longest sentence"],
            cores.map { core in
                ["\(core.part)-\(core.number) \(core.title)"]
                    + (core.measures + [core.longestSentence]).map(String.init)
            })
    }

    // MARK: - Text

    /// A line as it is read, without links' targets, comments, pictures and tags.
    private static func plain(_ text: String) -> String {
        text.replacing(/<!--.*?-->/, with: "").replacing(/!\[[^\]]*\]\([^)]*\)/, with: "")
            .replacing(/\]\([^)]*\)/, with: "]").replacing(/<[^>]+>/, with: "")
    }

    /// Whether a line is no prose: where we are, what draws a picture, where to play with it.
    private static func isPointer(_ text: String) -> Bool {
        text.replacing("*", with: "") == Lesson.boxes || text.hasPrefix("*(`lab ")
            || text.hasPrefix("*Play with it: ")
    }

    private static func words(in text: String) -> Int {
        text.split(whereSeparator: \.isWhitespace)
            .count { $0.contains { $0.isLetter || $0.isNumber } }
    }

    private static func numbers(in text: String) -> Int {
        plain(text).replacing(/`[^`]*`/, with: "").replacing(#/^\d+\. /#, with: "")
            .matches(of: /\d+([.,]\d+)*/).count
    }
}

/// A term of the glossary, and the lesson that explains it.
package struct Term: Sendable {
    package let name: String
    /// The lesson, from the project's folder.
    package let path: String

    /// One that is an everyday word, too, as "step (of training)", cannot be looked for.
    ///
    /// - Parameter glossary: the text of Lessons/appendix/glossary.md.
    package static func all(in glossary: String) -> [Term] {
        glossary.components(separatedBy: "\n").flatMap { line -> [Term] in
            guard
                let row = line.wholeMatch(of: /\| (.+?) \| .+ \| \[[^\]]*\]\(\.\.\/(.+?)\) \|/)
            else { return [] }
            return row.1.components(separatedBy: ", ").filter { !$0.contains("(") }.map {
                Term(name: $0.replacing("`", with: ""), path: "Lessons/\(row.2)")
            }
        }
    }
}

extension Lesson {
    /// The steps of the program, of which each lesson marks its own.
    static let boxes = "data → model → loss → backward → update → sample"

    /// The parts that are not folded away as "Deeper".
    var core: [Part] {
        var isDeeper = false
        return parts.filter { part in
            guard part.kind == .prose else { return !isDeeper }
            if part.lines[0].contains("<summary>Deeper: ") { isDeeper = true }
            defer { if part.lines[0].contains("</details>") { isDeeper = false } }
            return !isDeeper
        }
    }

    /// What is not as in every lesson of the course.
    ///
    /// - Parameters:
    ///   - exercises: the names of the files of the exercises beside it.
    ///   - isLast: whether its part of the course ends with it.
    package func breaches(exercises: [String], isLast: Bool) -> [String] {
        let lines = core.filter { $0.kind == .prose }.map { $0.lines[0] }.filter { !$0.isEmpty }
            .filter { !$0.hasPrefix("<!--") }
        let all = lines.joined(separator: "\n")
        let titles = headings.filter { $0.level == 2 }.map(\.title)
        var breaches: [String] = []
        func expect(_ isSo: Bool, _ problem: String) { if !isSo { breaches.append(problem) } }
        expect(
            headings.first?.level == 1 && lines.first?.hasPrefix("# ") == true,
            "does not begin with its title")
        let here = lines.dropFirst().first ?? ""
        expect(
            here.contains("**")
                && here.replacing("*", with: "") == Self.boxes,
            "the line below the title is not \(Self.boxes), with today's boxes bold")
        expect(
            all.contains(/\*\*Predict\.\*\*[\s\S]*?<details>/),
            "has no question to predict, "
                + "**Predict.**, with its answer folded below it")
        expect(titles.contains("Get it wrong"), "has no section \"Get it wrong\"")
        expect(titles.contains("In one sentence"), "has no section \"In one sentence\"")
        expect(
            all.replacing("\n", with: " ").contains("You can now "),
            "does not say what \"You can now\" do")
        expect(
            all.replacing("\n", with: " ").contains("→ ["),
            "has no way on to the next lesson: → [title](…)")
        for exercise in exercises {
            expect(all.contains("](\(exercise))"), "has no link to \(exercise)")
        }
        if isLast {
            let questions = all.components(separatedBy: "\n## Checkpoint\n").dropFirst().first?
                .components(separatedBy: "<details>").count
            expect(questions == 4, "has no section \"Checkpoint\" with three folded answers")
        }
        let firstDeeper = parts.firstIndex { $0.lines.first?.contains("<summary>Deeper: ") == true }
        let end = parts.firstIndex { $0.lines.first == "## In one sentence" }
        if let firstDeeper, let end { expect(end < firstDeeper, "goes deeper before its end") }
        return breaches
    }
}
