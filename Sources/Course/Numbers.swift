/// Numbers as a lesson writes them, without signs and without what groups their digits.
///
/// A word with a digit in it is no number: GPT-2, x1, float64, 4x. One with a hyphen after it is:
/// 16-dimensional.
package func wholeNumbers(in line: some StringProtocol) -> [String] {
    let words = line.split { !$0.isLetter && !$0.isNumber && !"_.,-+".contains($0) }
    return words.filter { $0.contains(where: \.isNumber) }.flatMap { word in
        let parts = word.split(separator: "-", omittingEmptySubsequences: false)
        // After a letter and a hyphen it is still that word.
        let numbers = zip(parts, [""] + parts).filter { $1.last?.isLetter != true }.map(\.0)
        return numbers.flatMap { number -> [String] in
            let number = String(number.reversed().drop { ".,".contains($0) }.reversed())
            let isGrouped = number.wholeMatch(of: /\d{1,3}(,\d{3})+/) != nil
            return (isGrouped ? [number.filter { $0 != "," }[...]] : number.split(separator: ","))
                .map { String($0.filter { $0 != "_" }) }
                .filter { !$0.isEmpty && $0.allSatisfy { $0.isASCII && $0.isNumber } }
        }
    }
}

/// Numbers with a decimal point, without their signs.
package func decimals(in line: some StringProtocol) -> [String] {
    let text = String(line)
    guard text.contains(".") else { return [] }
    return text.matches(of: /[0-9]+\.[0-9]+/).map { String($0.0) }
}

/// What vouches for the numbers in a lesson's sentences, and which of them nothing vouches for.
///
/// A number with a decimal point must occur in what the lesson shows; a whole one there, among the
/// constants of the model, or in the lesson's definitions.
///
/// ```
/// <!-- definitions: 256 values of a byte; 768 1024 widths of other models -->
/// ```
package struct Numbers {
    /// A number that a sentence has, without commas, and the line that it is in.
    package struct Claim {
        package let number: String, line: Int
    }

    private let shown: Set<String>
    /// The numbers of the comment `<!-- definitions: … -->`.
    private(set) var defined: [String] = []
    /// Items of that comment that do not say a number and what it is.
    private(set) var unclear: [String] = []
    /// The numbers of its sentences.
    package let claims: [Claim]

    package init(_ lesson: Lesson, constants: Set<String> = []) {
        var (shown, isPrinted) = (constants, false)
        for part in lesson.parts {
            switch part.kind {
            case .values, .block("console"), .block("lldb"): break
            case .block(let info) where info.hasPrefix("swift "): isPrinted = info == "swift run"
            // What code prints that stands in the lesson.
            case .block("text") where isPrinted: isPrinted = false
            case .prose:
                if part.lines != [""] { isPrinted = false }
                // The number that a figure gives stands before the comment that names the figure.
                for piece in part.lines[0].components(separatedBy: "<!-- value: ").dropLast() {
                    let value = piece.firstMatch(of: /\d[\d.,]*(e[-+]?\d+)?[%*`_]*$/)?.0 ?? ""
                    shown.formUnion(wholeNumbers(in: value) + decimals(in: value))
                }
                continue
            case .definitions:
                let text = part.lines.joined(separator: " ")
                    .replacing("<!-- definitions:", with: "").replacing("-->", with: "")
                for item in text.split(separator: ";") {
                    let words = item.split(separator: " ")
                    let numbers = words.prefix { wholeNumbers(in: $0).count == 1 }
                    if numbers.isEmpty || numbers.count == words.count {
                        unclear.append(words.joined(separator: " "))
                    }
                    defined += numbers.flatMap { wholeNumbers(in: $0) }
                }
                continue
            case .block: continue
            }
            let text = part.lines.joined(separator: "\n")
            let numbers = decimals(in: text)
            // Swift prints the Double 39 as 39.0.
            let whole = numbers.filter { $0.hasSuffix(".0") }.map { String($0.dropLast(2)) }
            shown.formUnion(wholeNumbers(in: text) + numbers + whole)
        }
        self.shown = shown
        claims = Self.claims(in: lesson)
    }

    /// Numbers in sentences that nothing vouches for.
    package var unproven: [Claim] {
        claims.filter { !shown.contains($0.number) && !defined.contains($0.number) }
    }

    /// Definitions of what no sentence has.
    package var unused: [String] {
        defined.filter { number in !claims.contains { $0.number == number } }
    }

    private static func claims(in lesson: Lesson) -> [Claim] {
        // What is no claim: formulas, links, versions.
        let exempt =
            #/
            \$\$[^$]+\$\$ | \$[^$\s][^$]*\$ | \]\([^)]*\) | https?:\/\/\S+
            | (?:Swift|Python|CPython|macOS|SVG)\ \d+(?:\.\d+)?
            /#
        // What is none, either, as long as it is whole: comments, lines and lessons, minutes that an
        // exercise takes, code, numbers of headings and lists, years in citations.
        let exemptIfWhole =
            #/
            <!--.*?-->
            | (?:`?microgpt\.py`?|\b[Ll]ines?|\b[Ll]essons?|\b[Mm]odules?)\ \d+
              (?:(?:,\ |\ and\ |-|–|\ to\ )\d+)*
            | \b\d+\ minutes\b | `[^`]*` | \b\w+\.(?:swift|py):\d+(?:-\d+)?
            | \b\d\d-\d\d\b | \b0\d\b | ^\#+\ [\d.]+ | ^\ *\d+\.\s
            | (?:^|,\ |\(|\b[Ii]n\ |\bof\ )(?:1[89]\d\d|20[0-2]\d)\b
            /#
        var (claims, isFormula): ([Claim], Bool) = ([], false)
        for part in lesson.parts where [.prose, .block(info: "mermaid")].contains(part.kind) {
            for (n, line) in part.lines.enumerated() {
                if line.hasPrefix("$$") && !line.dropFirst(2).contains("$$") { isFormula.toggle() }
                if isFormula || !line.contains(where: \.isNumber) { continue }
                let text = line.replacing(exempt, with: " ")
                let whole = text.replacing(exemptIfWhole, with: " ")
                // A single digit counts what can be seen: "3 heads".
                let numbers = decimals(in: text) + wholeNumbers(in: whole).filter { $0.count > 1 }
                // The lines of a block begin after its fence.
                let number = part.line + n + (part.kind == .prose ? 0 : 1)
                claims += numbers.map { Claim(number: $0, line: number) }
            }
        }
        return claims
    }
}
