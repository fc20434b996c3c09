@preconcurrency import Foundation  // for `stdout`
import Inspection

// Each learner's file is compiled apart, so that one that does not compile breaks only itself, and
// into a library that this program opens: what it calls is in here already. It is judged in a process
// of its own, since it may trap or never end.

extension Exercise {
    /// What came of a file.
    public struct Report: Sendable {
        /// Of each function, in the order of `functions`.
        public var verdicts: [Verdict]
        /// The lines that the learner's code has printed.
        public var printed: [String] = []

        /// What the first one comes to that is wrong, else that is not solved.
        public var verdict: Verdict {
            verdicts.first {
                if case .wrong = $0 { true } else { false }
            } ?? (verdicts.contains(.unsolved) ? .unsolved : .solved)
        }
    }

    /// Judges the file as it is now.
    ///
    /// - Parameters:
    ///   - all: the exercises whose functions it may call.
    ///   - isOneOfMany: whether to take for unsolved, and not to compile, what still throws `Unsolved`.
    public func report(among all: [Exercise], isOneOfMany: Bool = false) throws -> Report {
        let text = try self.text()
        if isOneOfMany && isStub(text) {
            return Report(verdicts: functions.map { _ in .unsolved })
        }
        if let breach = breach(text) { return Report(verdicts: [.wrong(breach)]) }
        for other in try needed(among: all).dropFirst() where try other.isStub(other.text()) {
            return Report(verdicts: [
                .wrong("it calls a function of \(other.file), which is not written yet")
            ])
        }
        if let errors = try compile(among: all) { return Report(verdicts: [.wrong(errors)]) }
        var report = Report(verdicts: [])
        for i in functions.indices {
            let run = try Shell.run(
                "SWIFT_BACKTRACE=enable=yes,color=no,interactive=no,threads=crashed,images=none,"
                    + "registers=none,limit=48 exec \"$0\" \"$@\"",
                Shell.command, [name, "--here", "\(i)"], seconds: 10 * Double(Self.patience))
            report.verdicts.append(Self.verdict(stderr: run.stderr, exitCode: run.exitCode))
            report.printed += run.stdout.split(separator: "\n", omittingEmptySubsequences: false)
                .dropLast().map(String.init)
        }
        return report
    }

    /// What is in the file.
    public func text() throws -> String {
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
            throw UserError(
                "\(file): no such file here; run this in the project's folder, or put the file back "
                    + "with `exercises \(name) --reset`")
        }
        return text
    }

    // MARK: - Compiling

    /// This exercise, and those whose functions it calls, and so on.
    private func needed(among all: [Exercise]) throws -> [Exercise] {
        var needed = [self]
        var next = 0
        while next < needed.count {
            let code = Self.code(of: try needed[next].text()).map(\.line).joined(separator: "\n")
            needed += all.filter { other in
                !needed.contains { $0.name == other.name } && other.isCalled(in: code)
            }
            next += 1
        }
        return needed
    }

    /// Where the program is, and beside it the modules that it was made from.
    private static var programs: URL { URL(filePath: Shell.command).deletingLastPathComponent() }

    private var library: URL {
        URL(filePath: ".build/exercises/\(Self.programs.lastPathComponent)/\(name).so")
    }

    /// Makes the library, unless it is there and newer than all that it is made from.
    ///
    /// - Returns: nil, or what the compiler complains about.
    public func compile(among all: [Exercise]) throws -> String? {
        let files = try needed(among: all).map(\.file) + [Self.given]
        if let made = Self.changed(library.path),
            (files + [Shell.command]).compactMap(Self.changed).allSatisfy({ $0 < made })
        {
            return nil
        }
        let start = Date()
        let folder = library.deletingLastPathComponent()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let judge = folder.appending(path: "\(name).judge.swift")
        try Data(callers.utf8).write(to: judge)
        let new = folder.appending(path: "\(name)-\(ProcessInfo.processInfo.processIdentifier)")
        defer { try? FileManager.default.removeItem(at: new) }
        #if os(macOS)
            let linking = ["-Xlinker", "-undefined", "-Xlinker", "dynamic_lookup"]
        #else
            let linking: [String] = []
        #endif
        let run = try Shell.run(
            "exec \"$0\" \"$@\"", "swiftc",
            [
                "-emit-library", "-o", new.path, "-module-name", "Exercises", "-swift-version", "6",
                "-parse-as-library", "-Onone", "-g", "-wmo", "-suppress-warnings",
                "-diagnostic-style", "llvm", "-I", "\(Self.programs.path)/Modules", "-I",
                Self.programs.path,
            ] + linking + files + [judge.path])
        guard run.exitCode == 0 else { return complaint(run.stderr, about: judge.path) }
        // A file that was saved in the meantime is newer.
        try FileManager.default.setAttributes([.modificationDate: start], ofItemAtPath: new.path)
        guard rename(new.path, library.path) == 0 else {
            throw UserError("\(library.path): cannot be written")
        }
        return nil
    }

    private static func changed(_ path: String) -> Date? {
        try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
    }

    /// What judges each of the functions.
    package var calls: [String] { functions.map { "try \($0.value)(Exercises.\($0.key))" } }

    /// What is compiled with the learner's file, and found by its name in the library.
    private var callers: String {
        let callers = calls.enumerated().map { i, call in
            "@_cdecl(\"judge\(i)\") public func _judge\(i)() { Exercise.judgeHere { \(call) } }"
        }
        return "import Course\nimport LessonJudges\n\(callers.joined(separator: "\n"))\n"
    }

    /// The first errors, with their lines.
    private func complaint(_ stderr: String, about judge: String) -> String {
        let lines = stderr.split(separator: "\n").map(String.init)
        let all = lines.indices.filter { lines[$0].contains(": error: ") }
        guard let first = all.first else {
            return "swiftc fails:\n\(lines.prefix(8).joined(separator: "\n"))"
        }
        let starts = all.filter { !lines[$0].hasPrefix(judge) }
        if starts.isEmpty {
            let names = functions.map { "`\($0.key)`" }.joined(separator: ", ")
            let error = lines[first].components(separatedBy: ": error: ")[1]
                .replacing("@Sendable ", with: "")
            return "the functions to be written must be as they were declared: \(names)\n\(error)"
        }
        let errors = starts.prefix(3).map { start -> String in
            let end =
                lines[(start + 1)...].firstIndex { $0.contains(#/^\S.*: \w+: /#) } ?? lines.count
            let error = lines[start].replacing(#/(:\d+):\d+: error: /#) { "\($0.1): " }
            let code = lines[(start + 1)..<min(end, start + 3)]  // and what points at a place in it
            let indent = code.map { $0.prefix { $0 == " " }.count }.min() ?? 0
            return ([error] + code.map { "    \($0.dropFirst(indent))" }).joined(separator: "\n")
        }
        let more = starts.count > 3 ? "\nand \(starts.count - 3) more" : ""
        return "it does not compile\n\(errors.joined(separator: "\n"))\(more)"
    }

    // MARK: - In a process of its own

    /// Seconds of the processor that an answer may take; all solutions need less than one.
    private static let patience = 5

    /// Judges one of the functions in this process, whose library has been made.
    public func judgeHere(_ function: Int) throws {
        #if os(Linux)
            let (processor, stack) = (Int32(RLIMIT_CPU.rawValue), Int32(RLIMIT_STACK.rawValue))
        #else
            let (processor, stack) = (RLIMIT_CPU, RLIMIT_STACK)
        #endif
        // Where a stack has no limit, endless recursion would take all memory.
        for (resource, most) in [(processor, rlim_t(Self.patience)), (stack, 8 << 20)] {
            var limit = rlimit()
            getrlimit(resource, &limit)
            limit.rlim_cur = min(limit.rlim_cur, most)
            setrlimit(resource, &limit)
        }
        setvbuf(stdout, nil, _IOLBF, 0)  // so that what is printed before a crash is there
        // A crash is reported with its place. This one comes when the handler returns, in the loop.
        signal(SIGXCPU) { _ in
            var quit = sigset_t()
            sigemptyset(&quit)
            sigaddset(&quit, SIGQUIT)
            pthread_sigmask(SIG_BLOCK, &quit, nil)
            pthread_kill(pthread_self(), SIGQUIT)
        }
        guard let handle = dlopen(library.path, RTLD_NOW),
            let symbol = dlsym(handle, "judge\(function)")
        else { throw UserError("\(library.path): \(dlerror().map { String(cString: $0) } ?? "")") }
        unsafeBitCast(symbol, to: (@convention(c) () -> Void).self)()
    }

    /// Judges, and writes the verdict to standard error, the last thing there.
    public static func judgeHere(_ judge: () throws -> Void) {
        let line =
            switch verdict(judge) {
            case .solved: "solved"
            case .unsolved: "unsolved"
            case .wrong(let message): "wrong: \(message)"
            }
        try? FileHandle.standardError.write(contentsOf: Data("\(line)\n".utf8))
    }

    /// What the end of such a process means.
    ///
    /// - Parameter exitCode: nil if it was ended because it took too long.
    public static func verdict(stderr: String, exitCode: Int32?) -> Verdict {
        let lines = stderr.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if exitCode == 0 {
            // The learner's code may have written something before.
            guard
                let start = lines.lastIndex(where: {
                    ["solved", "unsolved"].contains($0) || $0.hasPrefix("wrong: ")
                })
            else { return .wrong("it ended the process") }
            let end = lines[start...].joined(separator: "\n").dropLast()
            return end == "solved"
                ? .solved : end == "unsolved" ? .unsolved : .wrong(String(end.dropFirst(7)))
        }
        // The frames of the crash that are in learners' files, the innermost first.
        let frames = stderr.matches(
            of: #/ 0x\w+ (.+?) \+ \d+ in \S+ at .*?(Lessons/\S+?\.exercise\.swift:\d+)/#
        )
        .map { (function: $0.1.replacing(#/ #\d+ /#, with: ""), place: $0.2) }
        let place = frames.first.map { " at \($0.place)" } ?? ""
        guard let exitCode, ![SIGQUIT, SIGXCPU, SIGKILL].contains(exitCode) else {
            return .wrong("no end within \(patience) seconds\(place): which loop never ends?")
        }
        let repeated = frames.first { frame in frames.count { $0.place == frame.place } > 8 }
        if let repeated {
            return .wrong(
                "endless recursion (or one too deep): `\(repeated.function)` calls itself "
                    + "at \(repeated.place)")
        }
        let reason =
            stderr.firstMatch(of: /(?:Fatal error|Precondition failed): (.+)/)?.1
            ?? stderr.firstMatch(
                of: /(?:Program crashed|Swift runtime failure): (.+?)(?: at 0x| \*)/)?.1
            ?? "exit code \(exitCode)"
        return .wrong("it stopped\(place): \(reason)")
    }
}
