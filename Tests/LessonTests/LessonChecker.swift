import Foundation
import TestSupport

/// Compares what a lesson shows with what this repository has and does: quoted lines of files, the
/// output of commands, tables of values, links and pictures.
struct LessonChecker {
    /// The path of the lesson from the top of the project.
    let path: String
    let text: String
    /// Runs a command of a console block, given without "microgpt".
    let run: (String) throws -> String

    /// One line for each thing that is not so.
    func problems() throws -> [String] {
        let lines = text.components(separatedBy: "\n")
        var problems: [String] = []
        var prose: [String] = []
        var i = 0
        while i < lines.count {
            if lines[i].hasPrefix("```") {
                let info = String(lines[i].dropFirst(3))
                let end = lines[(i + 1)...].firstIndex(of: "```") ?? lines.count
                let block = Array(lines[(i + 1)..<end])
                if let problem = try check(block, info) {
                    problems.append("\(path):\(i + 1): \(problem)")
                }
                i = end + 1
                continue
            }
            if lines[i].hasPrefix("<!-- values: ") {
                let name = lines[i].dropFirst(13).prefix { $0 != " " }
                let expected = try LessonValues.lines(String(name))
                if lines[(i + 1)...].prefix(expected?.count ?? 0) != (expected ?? [])[...]
                    || expected == nil
                {
                    let actual = expected?.joined(separator: "\n") ?? "none of that name"
                    problems.append("\(path):\(i + 1): the values are\n\(actual)")
                }
            }
            prose.append(lines[i])
            i += 1
        }
        return problems + checkLinks(in: prose.joined(separator: "\n"))
    }

    private func check(_ block: [String], _ info: String) throws -> String? {
        if info.hasPrefix("swift") {
            // ```swift Sources/MicroGPT/MicroGPT.swift:123-132
            guard let match = info.wholeMatch(of: /swift (\S+):(\d+)-(\d+)/),
                let source = try? Fixture.projectText(String(match.1)),
                let first = Int(match.2), let last = Int(match.3), 0 < first, first <= last
            else { return "does not say which lines of which file it quotes: \(info)" }
            let lines = source.components(separatedBy: "\n")
            guard last <= lines.count, Array(lines[(first - 1)..<last]) == block else {
                return "not lines \(first) to \(last) of \(match.1)"
            }
        } else if info == "console" {
            guard let command = block.first, command.hasPrefix("$ microgpt ") else {
                return "does not begin with a command"
            }
            let output = try run(String(command.dropFirst("$ microgpt ".count)))
            return shown(block.dropFirst(), in: output.components(separatedBy: "\n"))
        }
        return nil
    }

    /// Parts between lines of "…" must be in the output, in their order and without gaps; what is
    /// not left out at the ends must be all there is.
    private func shown(_ block: ArraySlice<String>, in output: [String]) -> String? {
        var rest = output.last == "" ? output.dropLast() : output[...]
        let parts = block.split(separator: "…", omittingEmptySubsequences: false)
        for (n, part) in parts.enumerated() where !part.isEmpty {
            let starts = n == 0 ? [rest.startIndex] : Array(rest.indices)
            guard let start = starts.first(where: { rest[$0...].starts(with: part) }) else {
                return "not in the output:\n\(part.joined(separator: "\n"))"
            }
            rest = rest[(start + part.count)...]
        }
        if parts.last?.isEmpty == false && !rest.isEmpty {
            return "the output goes on:\n\(rest.joined(separator: "\n"))"
        }
        return nil
    }

    /// Relative links must lead to files; pictures are those that tests regenerate.
    private func checkLinks(in prose: String) -> [String] {
        let folder = Fixture.projectFolder.appending(path: path).deletingLastPathComponent()
        return prose.matches(of: /\]\(([^)#\s]+)\)/).compactMap { match in
            let target = String(match.1)
            if target.contains("://") { return nil }
            let file = folder.appending(path: target).standardizedFileURL
            return FileManager.default.fileExists(atPath: file.path)
                ? nil : "\(path): leads nowhere: \(target)"
        }
    }
}
