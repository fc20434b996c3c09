import Foundation
import Inspection
import MicroGPT

/// Compares what lessons show with what this repository has and does, and writes it anew: quoted
/// lines of files, the output of commands, tables and numbers of figures, pictures, and links.
///
/// | in a lesson | must be |
/// |---|---|
/// | a block "swift PATH:A-B" | lines A to B of that file, with a link to them above it |
/// | a block "console" | commands, and what they print; "…" leaves lines out |
/// | a block "swift run" | a program, together with those before it, whose output is the next block, "text" |
/// | a block "sh", code in prose | if a command of this project, one that it understands |
/// | a block "lldb" | a session of LLDB, with what is typed in it; compared where LLDB runs |
/// | `b FILE:N`, a breakpoint | on a line that the lesson quotes |
/// | `<!-- values: name -->` | above the lines of that figure |
/// | `<!-- value: name -->` | after the number that this figure gives; `name[2]`: its line 2, from 0 |
/// | any other number with a decimal point | in one of these in the same lesson |
/// | any other whole number | there, in the figure "constants", or in the lesson's definitions |
/// | `<!-- definitions: 768 GPT-2's width; … -->` | above sentences with these numbers |
/// | a picture | drawn by a command in the text that names its file |
/// | a link to lines of a file | to lines that the lesson quotes |
public final class LessonChecker {
    /// Something in a lesson that is not so.
    public struct Finding: Sendable {
        public let path: String
        public let line: Int
        public let problem: String
        /// Whether the new text has it right.
        public let isMended: Bool

        public var description: String { "\(path):\(line): \(problem)" }
    }

    /// What lessons are compared with.
    public struct World: Sendable {
        /// The project's folder.
        var root: URL
        /// Whether numbers must agree in every digit, or may be others of the same form.
        var isExact: Bool
        /// What a command of this project prints, such as "lab tokenize emma", or nil if it takes too
        /// long in this build.
        var output: @Sendable (_ command: String) throws -> String?
        /// Whether there is such a command.
        var understands: @Sendable (_ command: String) -> Bool
        /// The lines of a figure, or nil if there is none of that name.
        var figure: @Sendable (_ name: String) throws -> [String]?
        /// What a line of shell with LLDB in it prints, or nil if LLDB does not run here.
        var session: @Sendable (_ line: String) throws -> String?
        /// The lines that each block of the code of a lesson prints.
        let run: @Sendable (_ lesson: LessonCode) throws -> [[String]]

        package init(
            root: URL, isExact: Bool = true,
            output: @escaping @Sendable (String) throws -> String?,
            understands: @escaping @Sendable (String) -> Bool,
            figure: @escaping @Sendable (String) throws -> [String]?,
            session: @escaping @Sendable (String) throws -> String? = { _ in nil },
            run: @escaping @Sendable (LessonCode) throws -> [[String]]
        ) {
            (self.root, self.isExact, self.output) = (root, isExact, output)
            (self.understands, self.figure, self.session) = (understands, figure, session)
            self.run = run
        }
    }

    private let world: World
    public private(set) var findings: [Finding] = []
    public private(set) var quotations = 0, outputs = 0, outputsNotRun = 0, figures = 0, links = 0
    public private(set) var runs = 0, sessions = 0, sessionsNotRun = 0
    /// The lines, from 1, that lessons quote of each file.
    private var quoted: [String: Set<Int>] = [:]
    /// The command that draws each picture, as it stands in a lesson.
    private var commands: [String: String] = [:]
    private var shownPictures: [String: (path: String, line: Int)] = [:]
    // What has been run and computed before; many lessons show the same.
    private var printed: [String: String] = [:]
    private var computed: [String: [String]?] = [:]
    private var ran: [LessonCode: [[String]]] = [:]

    // The lesson that is being read.
    private var path = ""
    private var line = 0
    /// Where the lines that it quotes have gone.
    private var moved: [String: ClosedRange<Int>] = [:]

    public init(_ world: World) { self.world = world }

    private func report(_ problem: String, isMended: Bool = false, line: Int? = nil) {
        findings.append(
            Finding(path: path, line: line ?? self.line, problem: problem, isMended: isMended))
    }

    /// Reads a lesson and notes in `findings` what is not so.
    ///
    /// - Parameter path: from the project's folder.
    /// - Returns: the text with everything that can be mended as it should be.
    public func read(_ path: String) throws -> String {
        guard let text = self.text(of: path) else {
            throw UserError("\(path): no such lesson here; give paths from the project's folder")
        }
        (self.path, line, moved) = (path, 1, [:])
        var lesson = Lesson(text)
        checkForm(of: lesson)
        do {
            try renewRuns(in: &lesson)
        } catch {
            report("\(error)")
        }
        for i in lesson.parts.indices {
            line = lesson.parts[i].line
            do {
                try renew(&lesson.parts[i])
            } catch {
                report("\(error)")
            }
        }
        for i in lesson.parts.indices {
            line = lesson.parts[i].line
            if lesson.parts[i].kind == .prose { renewValues(in: &lesson.parts[i].lines[0]) }
        }
        try checkNumbers(in: lesson)
        for i in lesson.parts.indices {
            line = lesson.parts[i].line
            switch lesson.parts[i].kind {
            case .prose:
                renewLinks(in: &lesson.parts[i].lines[0])
                renewBreakpoints(in: &lesson.parts[i].lines[0])
                let text = lesson.parts[i].lines[0]
                for code in text.matches(of: /`((?:lab|microgpt|stage) [^`]+)`/) {
                    checkThatItIsUnderstood(String(code.1))
                }
            case .values: lesson.parts[i].lines.forEach { checkLinks(inTable: $0) }
            case .block("sh"): lesson.parts[i].lines.forEach(checkThatItIsUnderstood)
            case .block, .definitions: break
            }
        }
        collectPictures(in: lesson)
        return lesson.text
    }

    private func text(of path: String) -> String? {
        try? String(contentsOf: world.root.appending(path: path), encoding: .utf8)
    }

    /// Runs and computes what these lessons will be compared with, on all cores; what fails will
    /// fail again, where it is needed.
    public func prepare(_ paths: [String]) {
        let lessons = paths.compactMap { path in text(of: path).map { (path, Lesson($0)) } }
        let code = lessons.compactMap { path, lesson in LessonCode(lesson, path: path) }
        let parts = lessons.flatMap { $0.1.parts }
        let commands = parts.filter { $0.kind == .block(info: "console") }.flatMap { part in
            zip(part.lines, part.lines.dropFirst() + [""])
                .filter { line, _ in line.hasPrefix("$ ") }
                .compactMap { commandToRun($0, isShown: !$1.isEmpty && !$1.hasPrefix("$")) }
        }
        let names = parts.flatMap { part in
            part.text.flatMap { $0.matches(of: /<!-- values?: (\w+)/).map { String($0.1) } }
        }
        let tasks =
            Set(commands).sorted().map { ($0, isCommand: true) }
            + Set(names).sorted().map { ($0, isCommand: false) }
        let (lock, world) = (NSLock(), world)
        nonisolated(unsafe) var (printed, computed, ran) = (self.printed, self.computed, self.ran)
        let queue = OperationQueue()
        // Two more than can run, since some wait for the training that others wait for, too.
        queue.maxConcurrentOperationCount = ProcessInfo.processInfo.activeProcessorCount + 2
        for (name, isCommand) in tasks {
            queue.addOperation {
                let output = isCommand ? (try? world.output(name)) ?? nil : nil
                let lines = isCommand ? nil : try? world.figure(name)
                lock.withLock {
                    if let output { printed[name] = output }
                    if let lines { computed[name] = lines }
                }
            }
        }
        for lesson in code {
            queue.addOperation {
                if let outputs = try? world.run(lesson) {
                    lock.withLock { ran[lesson] = outputs }
                }
            }
        }
        queue.waitUntilAllOperationsAreFinished()
        (self.printed, self.computed, self.ran) = (printed, computed, ran)
    }

    // MARK: - Form

    /// A lesson of the course has its form, its bounds, and all its exercises.
    private func checkForm(of lesson: Lesson) {
        guard Core.place(of: path) != nil else { return }
        let room = world.root.appending(path: path).deletingLastPathComponent()
        func files(_ folder: URL) -> [String] {
            (try? FileManager.default.contentsOfDirectory(atPath: folder.path))?.sorted() ?? []
        }
        let rooms = files(room.deletingLastPathComponent()).filter { $0.contains(/^\d-/) }
        let exercises = files(room).filter { $0.hasSuffix(".exercise.swift") }
        let isLast = room.lastPathComponent == rooms.last
        lesson.breaches(exercises: exercises, isLast: isLast).forEach { report($0) }
        let core = Core(lesson, path: path, glossary: glossary)
        core?.breaches.forEach { report($0) }
    }

    private lazy var glossary = Term.all(in: text(of: "Lessons/appendix/glossary.md") ?? "")

    /// The cores of all lessons of the course, in its order.
    package static func cores() throws -> [(path: String, core: Core)] {
        let glossary = Term.all(
            in: try String(contentsOfFile: "Lessons/appendix/glossary.md", encoding: .utf8))
        return try texts().compactMap { path in
            let lesson = Lesson(try String(contentsOfFile: path, encoding: .utf8))
            return Core(lesson, path: path, glossary: glossary).map { (path, $0) }
        }
    }

    // MARK: - Blocks and tables

    private func renew(_ part: inout Lesson.Part) throws {
        switch part.kind {
        case .prose, .definitions: return
        case .values(let name):
            figures += 1
            guard let lines = try figure(name) else {
                return report("there is no figure \(name)")
            }
            if !agree(lines, part.lines) {
                report("figure \(name) is\n\(lines.joined(separator: "\n"))", isMended: true)
                part.lines = lines
            }
        case .block("swift run"): break
        case .block(let info) where info.hasPrefix("swift"): renewQuotation(&part, info)
        case .block("console"): try renewConsole(&part)
        case .block("lldb"): try renewSession(&part)
        case .block(let info):
            if !["mermaid", "sh", "text", "math"].contains(info) {
                report("a block of what? \(info)")
            }
        }
    }

    /// What the lesson's own code prints stands in the block "text" that follows it.
    private func renewRuns(in lesson: inout Lesson) throws {
        guard let code = LessonCode(lesson, path: path) else { return }
        let outputs = try ran[code] ?? world.run(code)
        ran[code] = outputs
        let starts = lesson.parts.indices.filter {
            lesson.parts[$0].kind == .block(info: "swift run")
        }
        for (start, printed) in zip(starts, outputs) {
            line = lesson.parts[start].line
            runs += 1
            let next = lesson.parts[(start + 1)...].firstIndex { $0.lines != [""] }
            if let next, lesson.parts[next].kind == .block(info: "text") {
                if !agree(printed, lesson.parts[next].lines) {
                    report(
                        "it prints\n\(printed.joined(separator: "\n"))", isMended: true,
                        line: lesson.parts[next].line)
                    lesson.parts[next].lines = printed
                }
            } else if !printed.isEmpty {
                report("no block \"text\" after it shows what it prints:\n\(printed)")
            }
        }
    }

    private func renewQuotation(_ part: inout Lesson.Part, _ info: String) {
        guard let match = info.wholeMatch(of: /swift (\S+):(\d+)-(\d+)/),
            let source = text(of: String(match.1))?.components(separatedBy: "\n"),
            let first = Int(match.2), let last = Int(match.3), 0 < first, first <= last
        else {
            return report("does not say which lines of which file it quotes: \(info)")
        }
        let (file, asked) = (String(match.1), first...last)
        quotations += 1
        var range = asked
        if last > source.count || Array(source[(first - 1)..<last]) != part.lines {
            let found =
                part.lines.isEmpty && last <= source.count
                ? asked : place(of: part.lines, in: source, near: first)
            if let found { range = found }
            report(
                "not lines \(first) to \(last) of \(file)"
                    + (found.map { ", but \($0.lowerBound) to \($0.upperBound)" } ?? ""),
                isMended: found != nil)
            guard found != nil else { return }
        }
        part.lines = Array(source[(range.lowerBound - 1)..<range.upperBound])
        part.kind = .block(info: "swift \(file):\(range.lowerBound)-\(range.upperBound)")
        moved["\(file):\(first)-\(last)"] = range
        let renewed = "\(file):\(range.lowerBound)-\(range.upperBound)"
        if moved[renewed] == nil { moved[renewed] = range }
        quoted[file, default: []].formUnion(range)

        let up = String(repeating: "../", count: path.count { $0 == "/" })
        let (a, b) = (range.lowerBound, range.upperBound)
        let name = URL(filePath: file).lastPathComponent
        let caption =
            a == b
            ? "[\(name):\(a)](\(up)\(file)#L\(a))"
            : "[\(name):\(a)-\(b)](\(up)\(file)#L\(a)-L\(b))"
        if part.caption != caption {
            report("above it should stand \(caption)", isMended: true)
            part.caption = caption
        }
    }

    /// Where lines are in a source; if not all are there, what stands now between the first and the
    /// last of them, or where most of them are.
    private func place(
        of lines: [String], in source: [String], near line: Int
    ) -> ClosedRange<Int>? {
        guard let first = lines.first, let last = lines.last else { return nil }
        func nearest(_ starts: [Int]) -> Int? {
            starts.min { abs($0 + 1 - line) < abs($1 + 1 - line) }
        }
        if let start = nearest(source.indices.filter { source[$0...].starts(with: lines) }) {
            return (start + 1)...(start + lines.count)
        }
        if let start = nearest(source.indices.filter { source[$0] == first }),
            let end = source.indices.first(where: { $0 >= start && source[$0] == last }),
            end - start < 2 * lines.count
        {
            return (start + 1)...(end + 1)
        }
        let mostly = source.indices.filter { start in
            start + lines.count <= source.count
                && zip(source[start...], lines).count { $0 == $1 } * 2 > lines.count
        }
        return nearest(mostly).map { ($0 + 1)...($0 + lines.count) }
    }

    /// A command begins with "$ lab", "$ microgpt" or "$ stage", and what it prints follows. One that begins
    /// with "$ swift run" may also stand alone; then it must only be understood. All others that
    /// begin with "$ swift" only stand there.
    private func renewConsole(_ part: inout Lesson.Part) throws {
        guard part.lines.first?.hasPrefix("$ ") == true else {
            return report("does not begin with a command")
        }
        let starts = part.lines.indices.filter { part.lines[$0].hasPrefix("$ ") }
        var renewed: [String] = []
        for (start, end) in zip(starts, starts.dropFirst() + [part.lines.endIndex]) {
            let command = part.lines[start]
            let shown = Array(part.lines[(start + 1)..<end])
            renewed.append(command)
            outputs += 1
            if let toRun = commandToRun(command, isShown: !shown.isEmpty) {
                if let lines = try output(of: toRun) {
                    renewed += self.renewed(shown, from: lines, of: command)
                } else {
                    outputsNotRun += 1
                    renewed += shown
                }
            } else if Self.command(in: String(command.dropFirst(2))) != nil {
                checkThatItIsUnderstood(String(command.dropFirst(2)))
            } else if !(command.hasPrefix("$ swift ") && shown.isEmpty) {
                report("not a command of this project, or not one to show: \(command)")
                renewed += shown
            }
        }
        part.lines = renewed
    }

    /// The command of this project in a line of shell, or nil if it is another one.
    private static func command(in line: String) -> String? {
        line.wholeMatch(of: /(?:swift run (?:-c release )?)?((?:lab|microgpt|stage)(?: .+)?)/)
            .map { String($0.1) }
    }

    /// What to run for a line of a console block, if it is to be run.
    private func commandToRun(_ line: String, isShown: Bool) -> String? {
        isShown || !line.hasPrefix("$ swift run")
            ? Self.command(in: String(line.dropFirst(2))) : nil
    }

    /// Commands that are only named, in a block for the shell or in prose, must be possible, unless
    /// it is said that they are refused.
    private func checkThatItIsUnderstood(_ command: String) {
        let isRefused = command.hasSuffix(" # refused")
        let line = isRefused ? String(command.dropLast(" # refused".count)) : command
        guard let command = Self.command(in: line), !line.contains("…") else { return }
        let name = command.wholeMatch(of: /lab (\S+)/).map { world.understands("lab help \($0.1)") }
        if name != true && world.understands(command) == isRefused {
            report(isRefused ? "there is such a command: \(line)" : "no such command: \(line)")
        }
    }

    private func figure(_ name: String) throws -> [String]? {
        if let lines = computed[name] { return lines }
        let lines = try world.figure(name)
        computed[name] = .some(lines)
        return lines
    }

    /// - Returns: nil if it takes too long in this build.
    private func output(of command: String) throws -> [String]? {
        guard let text = try printed[command] ?? world.output(command) else { return nil }
        printed[command] = text
        let lines = text.components(separatedBy: "\n")
        return lines.last == "" ? lines.dropLast() : lines
    }

    private func renewSession(_ part: inout Lesson.Part) throws {
        guard part.lines.first?.hasPrefix("$ lldb ") == true else {
            return report("does not begin with \"$ lldb\"")
        }
        let isTyped = { (line: String) in line.hasPrefix("(lldb) ") }
        for i in part.lines.indices where isTyped(part.lines[i]) {
            renewBreakpoints(in: &part.lines[i])
        }
        sessions += 1
        // What is typed, one line after another, is given at once.
        let command = part.lines[0]
        let typed = part.lines.filter(isTyped).map { " -o '\($0.dropFirst(7))'" }.joined()
        let program = command.range(of: " -- ")?.lowerBound ?? command.endIndex
        let line = "lldb -b \(command[..<program].dropFirst(7))\(typed)\(command[program...])"
        guard let output = try world.session(line) else {
            sessionsNotRun += 1
            return
        }
        let masked = output.replacing(/0x[0-9a-f]+/, with: "0x…")
            .replacing(/Process \d+/, with: "Process …")
            .replacingOccurrences(of: world.root.standardizedFileURL.path + "/", with: "")
        var lines = masked.components(separatedBy: "\n")
            .map { String($0.reversed().drop { $0 == " " }.reversed()) }
        if lines.last == "" { lines.removeLast() }
        part.lines =
            [command]
            + renewed(Array(part.lines.dropFirst()), from: lines, of: command)
    }

    /// The lines that are shown, as they are in an output. Between lines of "…" they must be there
    /// in their order and without gaps; what is not left out at the ends must be all there is.
    private func renewed(_ shown: [String], from output: [String], of command: String) -> [String] {
        if !shown.contains("…") {
            if agree(shown, output) { return shown }
            let actual = output.joined(separator: "\n")
            report("\(command) prints\n\(actual)", isMended: true)
            return output
        }
        let parts = shown.split(separator: "…", omittingEmptySubsequences: false).map(Array.init)
        var (result, from): ([[String]], Int) = ([], 0)
        for (n, part) in parts.enumerated() {
            if part.isEmpty {
                result.append([])
                continue
            }
            let end = output.count - part.count
            let isLast = n == parts.count - 1
            let starts = n == 0 ? 0...0 : isLast ? end...end : 0...max(end, 0)
            let fitting = starts.filter { from <= $0 && $0 <= end }
            func lines(_ start: Int) -> [String] { Array(output[start..<(start + part.count)]) }
            if let start = fitting.first(where: { agree(lines($0), part) }) {
                result.append(part)
                from = start + part.count
                continue
            }
            let similar = fitting.first { isSimilar(lines($0), part) }
            report(
                "\(command) does not print, there:\n\(part.joined(separator: "\n"))",
                isMended: similar != nil)
            guard let similar else { return shown }
            result.append(lines(similar))
            from = similar + part.count
        }
        return Array(result.joined(separator: ["…"]))
    }

    /// Whether lines are the same, as far as they must be here.
    private func agree(_ a: [String], _ b: [String]) -> Bool {
        a == b || (!world.isExact && isSimilar(a, b))
    }

    private func isSimilar(_ a: [String], _ b: [String]) -> Bool {
        a.count == b.count && a.map(withoutNumbers) == b.map(withoutNumbers)
    }

    private func withoutNumbers(_ line: String) -> String {
        line.replacing(/[-+]?\d+(\.\d+)?(e[-+]?\d+)?/, with: "#").replacing(/[ █▓▒░]+/, with: " ")
    }

    // MARK: - Numbers in prose

    private func renewValues(in text: inout String) {
        guard text.contains("<!-- value: ") else { return }
        var (renewed, rest) = ("", text[...])
        while let match = rest.firstMatch(of: /<!-- value: (\w+)(?:\[(\d+)\])? -->/) {
            figures += 1
            let before = String(rest[..<match.range.lowerBound])
            let ornament = String(before.reversed().prefix { "*`_".contains($0) })
            let body = String(before.dropLast(ornament.count))
            let index = match.2.flatMap { Int($0) }
            do {
                let lines = try figure(String(match.1))
                if let lines, index == nil ? lines.count == 1 : lines.indices.contains(index ?? 0) {
                    let number = lines[index ?? 0]
                    renewed += self.renewed(body, endingWith: number) + ornament
                } else {
                    report("figure \(match.1) has no such line, or not one alone")
                    renewed += before
                }
            } catch {
                report("\(error)")
                renewed += before
            }
            renewed += rest[match.range]
            rest = rest[match.range.upperBound...]
        }
        text = renewed + rest
    }

    private func renewed(_ text: String, endingWith number: String) -> String {
        if text.hasSuffix(number),
            text.dropLast(number.count).last.map({ !$0.isNumber && !".-−".contains($0) }) ?? true
        {
            return text
        }
        let end = text.firstMatch(of: /[-+−]?[\d][\d.,]*(e[-+]?\d+)?[%]?$/)
        if end != nil, !world.isExact { return text }
        report("the number before the comment is \(number)", isMended: end != nil)
        return end.map { text[..<$0.range.lowerBound] + number } ?? text
    }

    /// No number may stand in a sentence that nothing vouches for.
    private func checkNumbers(in lesson: Lesson) throws {
        let constants = try figure("constants") ?? []
        let numbers = Numbers(lesson, constants: Set(constants.flatMap(wholeNumbers)))
        for claim in numbers.unproven {
            report(
                "where does \(claim.number) come from? Neither a block nor a figure here shows it"
                    + (claim.number.contains(".")
                        ? "" : ", and it is not among the lesson's definitions"),
                line: claim.line)
        }
        line = lesson.parts.first { $0.kind == .definitions }?.line ?? 1
        for item in numbers.unclear {
            report("a definition is a number and what it is, not \"\(item)\"")
        }
        for number in numbers.unused { report("defines \(number), which no sentence has") }
    }

    // MARK: - Links

    private func renewLinks(in text: inout String) {
        guard text.contains("](") else { return }
        text = text.replacing(/\]\(([^)\s]+)\)/) { match in
            guard let target = checkLink(String(match.1), isQuoted: true) else {
                return String(match.0)
            }
            return "](\(target))"
        }
    }

    private func checkLinks(inTable text: String) {
        for match in text.matches(of: /\]\(([^)\s]+)\)/) {
            _ = checkLink(String(match.1), isQuoted: false)
        }
    }

    /// - Parameter isQuoted: whether lines that it leads to must be quoted in this lesson.
    /// - Returns: where the link should lead.
    private func checkLink(_ link: String, isQuoted: Bool) -> String? {
        if link.contains("://") { return nil }
        links += 1
        let pieces = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let folder = path.split(separator: "/").dropLast().joined(separator: "/")
        let url = world.root.appending(path: folder).appending(path: String(pieces[0]))
            .standardizedFileURL
        let rootPath = world.root.standardizedFileURL.path + "/"
        let file =
            pieces[0].isEmpty
            ? path : url.path.hasPrefix(rootPath) ? String(url.path.dropFirst(rootPath.count)) : ""
        guard !file.isEmpty || url == world.root.standardizedFileURL,
            FileManager.default.fileExists(atPath: world.root.appending(path: file).path)
        else {
            report("leads nowhere: \(link)")
            return nil
        }
        guard pieces.count == 2 else { return nil }
        let anchor = pieces[1]
        if let match = anchor.wholeMatch(of: /L(\d+)(?:-L(\d+))?/) {
            let (first, last) = (match.1, match.2 ?? match.1)
            let count = text(of: file)?.components(separatedBy: "\n").count ?? 0
            if !isQuoted {
                if Int(last).map({ $0 > count }) ?? true { report("leads to no line: \(link)") }
                return nil
            }
            guard let range = moved["\(file):\(first)-\(last)"] else {
                report("leads to lines that this lesson does not quote: \(link)")
                return nil
            }
            let end = range.count > 1 ? "-L\(range.upperBound)" : ""
            let renewed = "\(pieces[0])#L\(range.lowerBound)\(end)"
            if renewed != link { report("should lead to \(renewed)", isMended: true) }
            return renewed
        }
        if file == "Lessons/microgpt.html" {
            if !placesOfPage.contains(String(anchor)) {
                report("leads to no piece of the page: \(link)")
            }
            return nil
        }
        if !(text(of: file).map { Lesson($0).anchors.contains(String(anchor)) } ?? false) {
            report("leads to no heading: \(link)")
        }
        return nil
    }

    /// What the page shows after its address and "#": its tabs, and the pieces to play with.
    private lazy var placesOfPage: Set<String> = {
        let lists = ["page.js", "play.js"].compactMap { file in
            text(of: "Sources/Page/\(file)")?
                .firstMatch(of: /const (?:tabs|pieces) = \{([^}]*)\}/).map { String($0.1) }
        }
        return Set(lists.flatMap { $0.matches(of: /\w+/).map { String($0.0) } })
    }()

    /// Breakpoints on lines move with the lines that the lesson quotes.
    private func renewBreakpoints(in text: inout String) {
        text = text.replacing(/\bb (\w+\.swift):(\d+)/) { match in
            let breakpoint = String(match.0)
            let places = moved.compactMap { asked, now -> Int? in
                guard let place = asked.firstMatch(of: /(\w+\.swift):(\d+)-(\d+)$/),
                    place.1 == match.1, let line = Int(match.2), let first = Int(place.2),
                    let last = Int(place.3), first...last ~= line
                else { return nil }
                return line + now.lowerBound - first
            }
            // Where the lines stood, and where they stand now, are both in `moved`.
            guard let line = places.first(where: { "\($0)" != match.2 }) ?? places.first else {
                report("stops at a line that this lesson does not quote: \(breakpoint)")
                return breakpoint
            }
            let renewed = "b \(match.1):\(line)"
            if renewed != breakpoint { report("should be \(renewed)", isMended: true) }
            return renewed
        }
    }

    // MARK: - Pictures

    private func collectPictures(in lesson: Lesson) {
        let (text, root) = (lesson.text, world.root.standardizedFileURL.path + "/")
        for match in text.matches(
            of: /(lab (?:[^`\n]+ )?--(?:svg|plot) (Lessons\/[^\s`]+\.svg))/)
        {
            commands[String(match.2)] = String(match.1)
        }
        let folder = world.root.appending(path: path).deletingLastPathComponent()
        for match in text.matches(of: /!\[([^\]]*)\]\(([^)]+\.svg)\)/) {
            line = 1 + text[..<match.range.lowerBound].count { $0 == "\n" }
            let file = folder.appending(path: String(match.2)).standardizedFileURL.path
            let name = String(file.dropFirst(root.count))
            shownPictures[name] = (path, line)
            if match.1.isEmpty { report("a picture without words: \(name)") }
        }
    }

    /// Draws all pictures again that the lessons show.
    ///
    /// - Returns: those that are not as they should be, as they should be.
    public func drawPictures() throws -> [String: Data] {
        var renewed: [String: Data] = [:]
        for (picture, place) in shownPictures.sorted(by: { $0.key < $1.key }) {
            (path, line) = place
            guard let command = commands[picture] else {
                report("no command is named that draws \(picture)")
                continue
            }
            let file = FileManager.default.temporaryDirectory
                .appending(path: "microgpt-\(UUID().uuidString).svg")
            defer { try? FileManager.default.removeItem(at: file) }
            do {
                _ = try world.output(command.replacing(picture, with: "'\(file.path)'"))
                let drawn = try Data(contentsOf: file)
                func lines(_ svg: Data?) -> [String] {
                    String(decoding: svg ?? Data(), as: UTF8.self).components(separatedBy: "\n")
                }
                let shown = try? Data(contentsOf: world.root.appending(path: picture))
                if drawn != shown && !agree(lines(drawn), lines(shown)) {
                    report("\(command) draws another picture", isMended: true)
                    renewed[picture] = drawn
                }
            } catch {
                report("\(picture): \(error)")
            }
        }
        return renewed
    }

    /// How many pictures the lessons show.
    public var pictures: Int { shownPictures.count }

    /// Notes pictures in a folder that no lesson shows.
    public func checkThatAllAreShown(in folder: String) {
        let url = world.root.appending(path: folder)
        let files = FileManager.default.enumerator(atPath: url.path)?.allObjects as? [String] ?? []
        for file in files.sorted() where file.hasSuffix(".svg") {
            (path, line) = ("\(folder)/\(file)", 1)
            if shownPictures[path] == nil { report("no lesson shows this picture") }
        }
    }

    // MARK: - Coverage

    /// Which lines of code, neither empty nor comments, of a file the lessons quote; notes the others.
    public func coverage(of file: String) throws -> (quoted: Int, all: Int) {
        guard let text = text(of: file) else { throw UserError("\(file): no such file") }
        let lines = text.components(separatedBy: "\n")
        let code = lines.indices.filter { isCode(lines[$0]) }.map { $0 + 1 }
        let missing = code.filter { quoted[file]?.contains($0) != true }
        path = file
        for n in missing { report("no lesson quotes \(lines[n - 1])", line: n) }
        return (code.count - missing.count, code.count)
    }
}

extension LessonChecker {
    /// The paths of all texts that are checked.
    public static func texts() throws -> [String] {
        let files = FileManager.default.enumerator(atPath: "Lessons")?.allObjects as? [String]
        guard let files, FileManager.default.fileExists(atPath: "Package.swift") else {
            throw UserError("there are no Lessons here; run this in the project's folder")
        }
        let lessons = files.filter { $0.hasSuffix(".md") }.sorted().map { "Lessons/\($0)" }
        return ["README.md"] + lessons
    }

    /// The files of which the lessons together quote every line of code: the stages, and the single
    /// file.
    public static func quotedWhole() throws -> [String] {
        let stages = try FileManager.default.contentsOfDirectory(atPath: "Lessons/stages")
        return stages.filter { $0.hasSuffix(".swift") }.sorted().map { "Lessons/stages/\($0)" }
            + ["Sources/MicroGPT/MicroGPT.swift"]
    }
}
