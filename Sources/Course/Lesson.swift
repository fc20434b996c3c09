import Foundation

/// A lesson as its parts: prose, fenced blocks, and tables that figures give.
package struct Lesson {
    package struct Part: Equatable {
        package enum Kind: Equatable {
            case prose
            /// Between fences; `info` is what stands after the first.
            case block(info: String)
            /// The lines under `<!-- values: name -->`, up to an empty one.
            case values(name: String)
            /// The comment that says which numbers are definitions.
            case definitions
        }
        package var kind: Kind
        package var lines: [String]
        /// The number of its first line in the file, with the fence or the comment.
        let line: Int
        /// The line above a quotation, which links to the lines that it quotes.
        package var caption: String?

        var text: [String] {
            switch kind {
            case .prose, .definitions: lines
            case .block(let info): [caption].compactMap { $0 } + ["```\(info)"] + lines + ["```"]
            case .values(let name): ["<!-- values: \(name) -->"] + lines
            }
        }
    }

    package var parts: [Part] = []

    package init(_ text: String) {
        var lines = text.components(separatedBy: "\n")[...]
        while let line = lines.first {
            let number = lines.startIndex + 1
            if line.hasPrefix("```") {
                let body = lines.dropFirst().prefix { $0 != "```" }
                let info = String(line.dropFirst(3))
                var part = Part(kind: .block(info: info), lines: Array(body), line: number)
                if info.hasPrefix("swift "), let above = parts.last?.lines.first,
                    above.contains(/^\[[^\]]+:[\d-]+\]\([^)]+\)$/)
                {
                    part.caption = above
                    parts.removeLast()
                }
                parts.append(part)
                lines = lines.dropFirst(body.count + 2)
            } else if let match = line.wholeMatch(of: /<!-- values: (\w+) -->/) {
                let body = lines.dropFirst().prefix { !$0.isEmpty }
                let kind = Part.Kind.values(name: String(match.1))
                parts.append(Part(kind: kind, lines: Array(body), line: number))
                lines = lines.dropFirst(body.count + 1)
            } else if line.hasPrefix("<!-- definitions:") {
                let end = lines.firstIndex { $0.hasSuffix("-->") } ?? lines.startIndex
                parts.append(
                    Part(kind: .definitions, lines: Array(lines[...end]), line: number))
                lines = lines[(end + 1)...]
            } else {
                parts.append(Part(kind: .prose, lines: [line], line: number))
                lines = lines.dropFirst()
            }
        }
    }

    var text: String { parts.flatMap(\.text).joined(separator: "\n") }

    /// The headings of its prose, in order.
    package var headings: [(level: Int, title: String)] {
        parts.filter { $0.kind == .prose }.compactMap { part in
            part.lines[0].wholeMatch(of: /(#+) (.+)/).map { ($0.1.count, String($0.2)) }
        }
    }

    /// What links can name in it.
    var anchors: Set<String> { Set(slugs) }

    /// Each heading in GitHub's form for links, in order.
    package var slugs: [String] {
        var used: [String: Int] = [:]
        return headings.map { heading in
            let kept = heading.title.lowercased().unicodeScalars.filter {
                $0 == " " || $0 == "-" || $0 == "_" || $0.properties.isAlphabetic
                    || $0.properties.numericType != nil
            }
            let slug = String(String.UnicodeScalarView(kept))
                .replacingOccurrences(of: " ", with: "-")
            let repetition = used[slug, default: 0]
            used[slug] = repetition + 1
            return repetition == 0 ? slug : "\(slug)-\(repetition)"
        }
    }
}

/// Whether a line of Swift is one of code: neither empty nor a comment.
package func isCode(_ line: String) -> Bool {
    let text = line.drop { $0 == " " }
    return !text.isEmpty && !text.hasPrefix("//")
}
