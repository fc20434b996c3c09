import Course
import Foundation
import LessonJudges
import TestSupport
import Testing

/// A folder with some exercises, and no git.
private struct Workspace: ~Copyable {
    let folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
        .appending(path: "microgpt-exercises-\(UUID().uuidString)")

    /// All of the parts 2 and 3, unsolved.
    init() throws {
        for exercise in Exercise.all where "23".contains(exercise.name.prefix(1)) {
            try FileManager.default.createDirectory(
                at: folder.appending(path: exercise.folder), withIntermediateDirectories: true)
            try write(Self.stub(exercise), to: exercise.name)
        }
        try Fixture.projectText(Exercise.given).write(
            to: folder.appending(path: Exercise.given), atomically: true, encoding: .utf8)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    static func stub(_ exercise: Exercise) -> String {
        exercise.functions.map { "/// \($0.key)\nfunc \($0.key)() throws { throw Unsolved() }\n" }
            .joined()
    }

    static func exercise(_ name: String) throws -> Exercise {
        try #require(Exercise.all.first { $0.name == name })
    }

    func write(_ text: String, to name: String) throws {
        let url = folder.appending(path: try Self.exercise(name).file)
        try Data(text.utf8).write(to: url)
    }

    func solve(_ name: String) throws {
        let solution = "\(try Self.exercise(name).folder)/\(name).solution.swift"
        try write(Fixture.projectText(solution), to: name)
    }

    static var program: String {
        Run.command.deletingLastPathComponent().appending(path: "exercises").path
    }

    /// Without a limit of the stack, as it is on some machines.
    func exercises(_ arguments: String...) throws -> Run {
        try Run.shell(
            "ulimit -s $(ulimit -Hs); cd \"$1\" && shift && exec \"$@\"",
            [folder.path, Self.program] + arguments)
    }
}

@Suite struct ExerciseCommandTests {
    @Test func `the list has all exercises, how many are solved, and what is next`() throws {
        // Those of the project, of which some may be solved.
        let run = try Run.program("exercises")
        #expect(run.stderr == "")
        let lessons = try LessonChecker.texts().map { try Fixture.projectText($0) }
        for exercise in Exercise.all {
            #expect(run.stdout.contains(" \(exercise.name): \(exercise.task)"))
            let link = "\(exercise.name).exercise.swift)"
            #expect(lessons.contains { $0.contains(link) }, "\(exercise.name)")
            if let lesson = exercise.lesson {
                #expect(try Fixture.projectText(lesson).contains(link))
            }
        }
        let solved = run.lines.count { $0.hasPrefix("✓") }
        #expect(run.lines.contains("\(solved) of \(Exercise.all.count) solved."))
        let next = run.lines.first { $0.hasPrefix("·") || $0.hasPrefix("✗") }
        let name = next.map { $0.dropFirst(2).prefix { $0 != ":" } }
        let file = Exercise.all.first { $0.name == name ?? "" }?.file
        #expect(file == nil || run.lines.contains("Next: write \(file ?? "")"))
    }

    @Test(arguments: [
        ([], "99: no such exercise; they are 1-1-count-pairs to 9-9-parameter-count, and"),
        (["--hint"], "99: no such exercise"),
        (["--watch", "--reset"], "--watch --reset: give one option only"),
        (["3"], "99 3: give one number"),
        (["--what"], "--what: no such option; `exercises --help` lists them"),
    ]) func `what is not there is refused`(_ arguments: [String], _ says: String) throws {
        let run = try Run.program("exercises", ["99"] + arguments)
        #expect(run.exitCode == 1 && run.stdout == "")
        #expect(run.stderr.hasPrefix("Error: \(says)"))
    }

    @Test func `some options need one exercise, and watching a terminal`() throws {
        for (arguments, says) in [
            (
                ["3-2", "--reset"],
                "--reset needs one exercise, as in `exercises 3-2-topological-sort --reset`"
            ),
            (["2-1", "--hint", "4"], "2-1-slope has 3 hints; they are numbered from 1"),
            (["--watch"], "--watch needs a terminal; without one, `exercises` judges once"),
        ] {
            let run = try Run.program("exercises", arguments)
            #expect(run.exitCode == 1 && run.stderr.hasPrefix("Error: \(says)"), "\(run.stderr)")
        }
    }

    @Test func `hints come one at a time`() throws {
        let run = try Run.program("exercises", "2-1", "--hint", "2")
        #expect(run.exitCode == 0)
        #expect(run.lines.count == 2 && run.lines[0].hasPrefix("At its lowest point a function"))
        #expect(run.lines[1] == "(2 of 3; one more: exercises 2-1-slope --hint 3)")
    }

    /// Each of these files breaks only itself.
    @Test func `a file is compiled and judged apart from all others`() throws {
        let workspace = try Workspace()
        try workspace.write(
            """
            import MicroGPT
            public func add(_ a: Value, _ b: Value) throws -> Value {
                Value(a.data + b.data, [a, b], [1, 1])
            }
            public func multiply(_ a: Value, _ b: Value) throws -> Value { throw Unsolved() }
            """, to: "3-1-add-and-multiply")
        try workspace.write(
            """
            import MicroGPT
            public func topologicalOrder(of root: Value) throws -> [Value] {
                func visit(_ node: Value) -> [Value] { visit(root) + [node] }
                return visit(root)
            }
            """, to: "3-2-topological-sort")
        try workspace.write(
            "public func depth(_ root: Int) throws -> Int { 1 }", to: "3-2-depth")
        try workspace.write(
            """
            import MicroGPT
            public func backward(from root: Value) throws {
                // Not root.backward().
                root.backward()
            }
            """, to: "3-3-backward")
        try workspace.write(
            """
            import MicroGPT
            public func descend(
                _ params: [Value], on losses: [() -> Value], learningRate: Double
            ) throws {
                print("before")
                _ = dot(params, params + params)
            }
            """, to: "3-4-descend")
        try workspace.write(
            """
            import MicroGPT
            public func gradientDescentStep(_ params: [Value], learningRate: Double) throws {
                retrun 1
            }
            """, to: "3-4-gradient-descent")
        try workspace.solve("3-5-central-differences")
        let run = try workspace.exercises("3")
        #expect(run.exitCode == 1 && run.stderr == "")
        // What the single file says of a mistake is in debug builds only, which `swift run` makes.
        #if DEBUG
            let trap = "a dot product of 1 with 2 values"
        #else
            let trap = "precondition failure"
        #endif
        #expect(
            run.stdout == """
                · 3-1-add-and-multiply: a sum and a product with their gradients \
                (✓ add, · multiply)
                ✗ 3-2-topological-sort: each node of a graph after its children
                    endless recursion (or one too deep): `visit(_:) in topologicalOrder(of:)` \
                calls itself at \
                Lessons/3-autograd/2-the-graph/3-2-topological-sort.exercise.swift:3
                ✗ 3-2-depth: the depth of a graph, without recursion
                    the functions to be written must be as they were declared: `depth`
                    cannot convert value of type '(Int) throws -> Int' to expected argument type \
                '(Value) throws -> Int'
                ✗ 3-3-backward: the chain rule, in the right order
                    Lessons/3-autograd/3-backwards/3-3-backward.exercise.swift:4: \
                this is to be written without `.backward`
                ✗ 3-4-descend: one step on the gradients of several documents
                    it stopped at \
                Lessons/3-autograd/4-gradients-add-up/3-4-descend.exercise.swift:6: \(trap)
                ✗ 3-4-gradient-descent: parameters move against their gradients
                    it does not compile
                    Lessons/3-autograd/4-gradients-add-up/3-4-gradient-descent.exercise.swift:3: \
                consecutive statements on a line must be separated by ';'
                        retrun 1
                              ^
                    Lessons/3-autograd/4-gradients-add-up/3-4-gradient-descent.exercise.swift:3: \
                cannot find 'retrun' in scope
                        retrun 1
                        ^~~~~~
                ✓ 3-5-central-differences: derivatives without backward()
                1 of 7 solved.
                Next: write \
                Lessons/3-autograd/1-a-number-that-remembers/3-1-add-and-multiply.exercise.swift

                """)
    }

    @Test func `a file may call what was written in another one, and print`() throws {
        let workspace = try Workspace()
        try workspace.solve("3-2-topological-sort")
        try workspace.write(
            """
            import MicroGPT
            public func backward(from root: Value) throws {
                root.grad = 1
                for node in try topologicalOrder(of: root).reversed() {
                    for (child, localGrad) in zip(node.children, node.localGrads) {
                        child.grad += localGrad * node.grad
                    }
                }
            }
            """, to: "3-3-backward")
        let run = try workspace.exercises("3-3")
        #expect(run.exitCode == 0, "\(run.stdout)\(run.stderr)")
        try workspace.write(
            """
            import MicroGPT
            public func depth(of root: Value) throws -> Int {
                print("here")
                return root.children.first.map { _ in 1 }!
            }
            """, to: "3-2-depth")
        let printed = try workspace.exercises("3-2-depth")
        #expect(
            printed.lines.first == "here" && printed.stdout.contains(":4: Unexpectedly found nil"))
        let sort = try Workspace.exercise("3-2-topological-sort")
        try workspace.write(Workspace.stub(sort), to: sort.name)
        let missing = try workspace.exercises("3-3")
        #expect(missing.exitCode == 1)
        #expect(
            missing.stdout.contains(
                "it calls a function of \(sort.file), which is not written yet"))
    }

    /// What a process that judges leaves on standard error, its exit code, and what that means.
    @Test(
        arguments: [
            ("solved\n", 0, .solved),
            ("the learner's own words\nunsolved\n", 0, .unsolved),
            (
                "wrong: f(1): expected 2, got 3\nhow so\n", 0,
                .wrong("f(1): expected 2, got 3\nhow so")
            ),
            (
                """
                Swift/Array.swift:1: Fatal error: Index out of range

                0 [ra] 0x0012 g(_:) + 12 in a.so at /p/Lessons/2-a/1-a/a.judge.swift:5:1
                1 [ra] 0x0013 f(_:) + 12 in a.so at /p/Lessons/2-a/1-a/a.exercise.swift:7:1
                """, 5,
                .wrong("it stopped at Lessons/2-a/1-a/a.exercise.swift:7: Index out of range")
            ),
            (
                """
                *** Program crashed: Terminated at 0x0000000000005c7d ***
                0 [ra] 0x0012 f(_:) + 12 in a.so at Lessons/2-a/1-a/a.exercise.swift:7:1
                """, SIGQUIT,
                .wrong(
                    "no end within 5 seconds at Lessons/2-a/1-a/a.exercise.swift:7: "
                        + "which loop never ends?")
            ),
            (
                "*** Program crashed: Bad pointer dereference at 0x0000 ***", SIGSEGV,
                .wrong("it stopped: Bad pointer dereference")
            ),
            ("", 11, .wrong("it stopped: exit code 11")),
            ("", 0, .wrong("it ended the process")),
            ("", nil, .wrong("no end within 5 seconds: which loop never ends?")),
        ] as [(String, Int32?, Exercise.Verdict)])
    func `the end of a process is a verdict`(
        _ stderr: String, _ exitCode: Int32?, _ verdict: Exercise.Verdict
    ) {
        #expect(Exercise.verdict(stderr: stderr, exitCode: exitCode) == verdict)
    }

    @Test func `an exercise can be begun again, and nothing is lost`() throws {
        let workspace = try Workspace()
        func text(_ path: String) throws -> String {
            try String(contentsOf: workspace.folder.appending(path: path), encoding: .utf8)
        }
        let file = "Lessons/2-slopes/1-one-knob/2-1-slope.exercise.swift"
        let none = try workspace.exercises("2-1", "--reset")
        #expect(none.stdout == "\(file): nothing is written in it yet\n")
        let stub = try text(file)
        for round in 1...2 {
            try workspace.write("mine \(round)", to: "2-1-slope")
            let run = try workspace.exercises("2-1", "--reset")
            let copy = ".exercises/2-1-slope-\(round).swift"
            #expect(run.stdout == "\(file) is unsolved again; what you wrote is kept in \(copy)\n")
            #expect(try text(copy) == "mine \(round)" && text(file) == stub)
        }
        // Begun before any copy could be made.
        try FileManager.default.removeItem(at: workspace.folder.appending(path: ".exercises"))
        try workspace.write("mine", to: "2-1-slope")
        let run = try workspace.exercises("2-1", "--reset")
        #expect(run.exitCode == 1 && run.stderr.contains("there is no unsolved copy of it"))
        #expect(try text(file) == "mine")
    }

    #if os(Linux)  // whose `script` gives a terminal to what it runs
        @Test func `watching judges what is saved, goes on, and ends without a trace`() throws {
            let workspace = try Workspace()
            let process = Process()
            process.executableURL = URL(filePath: "/bin/sh")
            let (keys, screen) = (Pipe(), Pipe())
            process.arguments = [
                "-c",
                """
                # The shell that tells the status must outlive the key that ends the program.
                cd "$1" && exec script -qec \
                    "trap : INT; '$2' 2 --watch; echo status \\$?; stty -a" /dev/null
                """,
                "sh", workspace.folder.path, Workspace.program,
            ]
            (process.standardInput, process.standardOutput) = (keys, screen)
            try process.runWithSignals()
            signal(SIGPIPE) { _ in }  // a process that has ended fails this test, and not all
            let end = DispatchWorkItem { process.terminate() }
            DispatchQueue.global().asyncAfter(deadline: .now() + 600, execute: end)
            defer { end.cancel() }
            var seen = ""
            /// Reads what is shown until all of this is among it.
            func wait(for texts: String...) {
                seen = ""
                while !texts.allSatisfy(seen.contains) {
                    let data = screen.fileHandleForReading.availableData
                    if data.isEmpty { break }
                    seen += String(decoding: data, as: UTF8.self)
                }
                #expect(texts.allSatisfy(seen.contains), "\(seen)")
            }
            wait(
                for: "0 of 6", "░░░░░░ ", " 2-slopes", "1-one-knob/2-1-slope.exercise.swift",
                "h: a hint")
            keys.fileHandleForWriting.write(Data("h".utf8))
            wait(for: "Hint 1: From one point to another")
            try workspace.write(
                """
                public func slope(of f: (Double) -> Double, at x: Double) throws -> Double {
                    (f(x + 1e-7) - f(x)) / 1e-7
                }
                """, to: "2-1-slope")
            wait(for: "✗ 2-1-slope", "that is the slope between x and a point on one side of it")
            try workspace.solve("2-1-slope")
            wait(for: "1 of 6", "█░░░░░ ", "2-2-two-knobs.exercise.swift", "✓ 2-1-slope")
            try workspace.write(
                """
                import Foundation
                public func derivative(
                    of links: [(f: (Double) -> Double, derivative: (Double) -> Double)], at x: Double
                ) throws -> Double {
                    try Data().write(to: URL(filePath: "running"))
                    while true {}
                }
                """, to: "2-5-chain-rule")
            wait(for: "judging Lessons/2-slopes/5-the-chain-rule/2-5-chain-rule.exercise.swift")
            let running = workspace.folder.appending(path: "running").path
            while !FileManager.default.fileExists(atPath: running) && process.isRunning {
                Thread.sleep(forTimeInterval: 0.02)
            }
            keys.fileHandleForWriting.write(Data([3]))  // control-C
            wait(for: "status 130", " icanon", " echo ")
            keys.fileHandleForWriting.closeFile()
            process.waitUntilExit()
            let left = try FileManager.default.contentsOfDirectory(atPath: "/proc").filter {
                let folder = try? FileManager.default.destinationOfSymbolicLink(
                    atPath: "/proc/\($0)/cwd")
                return folder == workspace.folder.path
            }
            #expect(left == [])
        }
    #endif
}
