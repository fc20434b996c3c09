import Foundation

/// Code in pages: coloured when they are made, and not by a script that reads them.
enum CodeHTML {
    /// Text as HTML has it, between tags and in attributes.
    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
            .replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
    }

    /// Lines of code with a `span` around each part that has a colour: class `k` for keywords, `t` for
    /// types, `s` for strings, `n` for numbers, `c` for comments, `p` for what is typed after a prompt.
    static func lines(_ lines: [String], in language: String) -> [String] {
        switch language {
        case "console", "lldb":
            return lines.map { line in
                let isTyped = line.hasPrefix("$ ") || line.hasPrefix("(lldb) ")
                return isTyped ? span("p", line) : escaped(line)
            }
        case "swift", "python", "sh":
            return tokens(in: lines.joined(separator: "\n"), language)
                .components(separatedBy: "\n")
        default: return lines.map(escaped)
        }
    }

    private static func tokens(in code: String, _ language: String) -> String {
        let comment = language == "swift" ? #"//[^\n]*|/\*[\s\S]*?\*/"# : #"#[^\n]*"#
        let quote = language == "swift" ? "" : "|'[^'\n]*'"
        let pattern =
            ##"(?<s>"""[\s\S]*?"""|#?"(?:\\.|[^"\\\n])*"#?"## + quote + ")|(?<c>\(comment))"
            + #"|(?<n>\b\d+(?:\.\d+)?(?:e-?\d+)?\b)|(?<w>[#@]?\b[A-Za-z_]\w*)"#
        // The pattern is ours, and the same each time.
        let expression = try! NSRegularExpression(pattern: pattern)
        let text = code as NSString
        var (result, end) = ("", 0)
        for match in expression.matches(in: code, range: NSRange(location: 0, length: text.length))
        {
            result += escaped(
                text.substring(with: NSRange(location: end, length: match.range.location - end)))
            let token = text.substring(with: match.range)
            let kind = ["s", "c", "n"].first {
                match.range(withName: $0).location != NSNotFound
            }
            result += span(kind ?? kindOfWord(token, language), token)
            end = match.range.location + match.range.length
        }
        return result + escaped(text.substring(from: end))
    }

    private static func kindOfWord(_ word: String, _ language: String) -> String? {
        if keywords[language]?.contains(word) == true || "#@".contains(word.first!) { return "k" }
        return language == "swift" && word.first!.isUppercase ? "t" : nil
    }

    /// One on each line that the text goes over.
    private static func span(_ kind: String?, _ text: String) -> String {
        guard let kind else { return escaped(text) }
        return text.components(separatedBy: "\n")
            .map { "<span class=\"\(kind)\">\(escaped($0))</span>" }.joined(separator: "\n")
    }

    private static let keywords: [String: Set<String>] = [
        "swift": [
            "actor", "any", "as", "associatedtype", "async", "await", "break", "case", "catch",
            "class",
            "continue", "default", "defer", "deinit", "do", "else", "enum", "extension",
            "fallthrough",
            "false", "fileprivate", "final", "for", "func", "guard", "if", "import", "in",
            "indirect",
            "infix", "init", "inout", "internal", "is", "lazy", "let", "mutating", "nil",
            "nonisolated", "operator", "override", "package", "precedencegroup", "private",
            "protocol",
            "public", "repeat", "rethrows", "return", "self", "some", "static", "struct",
            "subscript",
            "super", "switch", "throw", "throws", "true", "try", "typealias", "unowned", "var",
            "weak",
            "where", "while",
        ],
        "python": [
            "and", "as", "assert", "break", "class", "continue", "def", "del", "elif", "else",
            "except",
            "False", "for", "from", "if", "import", "in", "is", "lambda", "None", "not", "or",
            "pass",
            "raise", "return", "self", "True", "try", "while", "with", "yield",
        ],
    ]

    /// A block of lines that can be scrolled, also by keyboard.
    ///
    /// - Parameters:
    ///   - first: the number of its first line in its file, if lines are to show theirs.
    ///   - anchors: whether links can name its lines, as `L12`.
    static func block(
        _ text: [String], in language: String, label: String, first: Int? = nil,
        anchors: Bool = false
    ) -> String {
        // What all lines of a part of a file are indented by, they are without.
        let indents = text.filter { $0.contains { $0 != " " } }.map {
            $0.prefix { $0 == " " }.count
        }
        let indent = first == nil ? 0 : indents.min() ?? 0
        var lines = Self.lines(text.map { String($0.dropFirst(indent)) }, in: language)
        if let first {
            lines = lines.enumerated().map { k, line in
                let id = anchors ? " id=\"L\(first + k)\"" : ""
                return "<span class=\"l\"\(id) data-n=\"\(first + k)\">\(line)</span>"
            }
        }
        return
            "<pre class=\"\(language)\" tabindex=\"0\" role=\"region\" aria-label=\"\(escaped(label))\">"
            + "<code>\(lines.joined(separator: "\n"))</code></pre>"
    }
}
