import Course
import Foundation
import TestSupport
import Testing

/// What VS Code starts.
@Suite struct LaunchTests {
    @Test func `each session loads a script that is there, in a folder with spaces, too`() throws {
        let launch = try Fixture.projectText(".vscode/launch.json")
        let commands = launch.matches(of: /"preRunCommands": \["(.+)"\]/).map { $0.1 }
        #expect(commands.count == launch.matches(of: /"name":/).count)
        for command in commands {
            let quoted = /command source (-s true )?'\$\{workspaceFolder\}\/(.+)'/
            let path = try #require(command.wholeMatch(of: quoted), "\(command)").2
            #expect(throws: Never.self, "\(path)") { try Fixture.projectText(String(path)) }
        }
    }
}

/// What LLDB shows with the project's `.lldbinit`, where LLDB runs.
@Suite(.enabled(if: Shell.lldbRuns, "LLDB does not run here, or there is no debug build of lab"))
struct DebuggerTests {
    /// A screen.
    private static let mostLines = 40

    private static let step =
        "-- .build/debug/lab train --engine file --name emma --steps 1 --samples 1"

    /// What LLDB prints for these commands, one of which starts the program, after that one.
    private static func session(
        _ commands: [String], _ start: String = "lldb --local-lldbinit \(step)"
    ) throws -> [String] {
        let options = commands.map { "-o '\($0)'" }.joined(separator: " ")
        let line = start.replacing("lldb ", with: "lldb -b ", maxReplacements: 1)
            .replacing(" -- ", with: " \(options) -- ")
        let output = try Run.shell(line, seconds: 120).stdout.components(separatedBy: "\n")
        return Array(output.drop { $0 != "(lldb) run" && !$0.hasPrefix("(lldb) command script") })
    }

    /// Stops once at each place of MicroGPT.swift that the program comes to, and prints the line, how
    /// many lines the stop and `v` print together, and whether `v` succeeded.
    private static let walk = """
        import lldb

        def __lldb_init_module(debugger, _):
            debugger.SetAsync(False)
            target = debugger.GetSelectedTarget()
            file = lldb.SBFileSpec("MicroGPT.swift")
            places = target.BreakpointCreateBySourceRegex(".", file)
            process = target.LaunchSimple(None, None, ".")
            while process.GetState() == lldb.eStateStopped:
                thread = process.GetSelectedThread()
                for i in range(1, thread.GetStopReasonDataCount(), 2):
                    places.FindLocationByID(thread.GetStopReasonDataAtIndex(i)).SetEnabled(False)
                frame, stop = thread.GetSelectedFrame(), lldb.SBStream()
                thread.GetStatus(stop)
                shown = lldb.SBCommandReturnObject()
                context = lldb.SBExecutionContext(frame)
                debugger.GetCommandInterpreter().HandleCommand("v", context, shown)
                count = 3 + stop.GetData().count("\\n") + shown.GetOutput().count("\\n")
                print("stop", frame.GetLineEntry().GetLine(), count, shown.Succeeded())
                process.Continue()
        """

    @Test func `a stop at any line of the model, with v, fits on a screen`() throws {
        try withFile(Array(Self.walk.utf8), named: "walk.py") { path in
            let output = try Self.session(["command script import \(path)"])
            let stops = output.filter { $0.hasPrefix("stop ") }.map { $0.split(separator: " ") }
            #expect(stops.allSatisfy { $0[3] == "True" })
            let tooLong = stops.filter { Int($0[2]).map { $0 > Self.mostLines } ?? true }
            #expect(tooLong == [])

            // All that a training goes through: the graph, the layers, the model, Adam.
            let lines = try Fixture.projectText("Sources/MicroGPT/MicroGPT.swift")
                .components(separatedBy: "\n")
            let reached = Set(stops.compactMap { Int($0[1]) })
            for statement in [
                "total += xs[i].data * ys[i].data", "for x in xs { total += x.data }",
                "let maxVal = ", "let ms = dot(x, x)", "let tokEmb = ", "let attnWeights = ",
                "xAttn += headOut", "x = linear(x, layer.mlpFc2)", "losses.append(",
                "node.children[i].grad += ", "params[i].data -= change",
            ] {
                let n = try #require(lines.firstIndex { $0.contains(statement) }) + 1
                #expect(reached.contains(n), "\(statement)")
            }
        }
    }

    @Test func `what the map says, word for word, fits on a screen`() throws {
        let map = try Fixture.projectText("Lessons/README.md")
        let start = try #require(map.firstMatch(of: /\n(lldb --local-lldbinit -- .+)\n/)?.1)
        let stop = try #require(map.firstMatch(of: /`(b MicroGPT\.swift:\d+)`/)?.1)
        let all = try Self.session([String(stop), "run", "v"], String(start))
        // Not what the program prints before.
        let output = all.drop { !$0.hasPrefix("Process ") }
        #expect(output.contains { $0.contains("attnLogits = 1 value [-0.00743]") })
        #expect(output.contains("([MicroGPT.Value]) x = 16 values [-1.20, -1.67, 0.146, …]"))
        #expect(output.count <= Self.mostLines, "\(output.joined(separator: "\n"))")
    }

    @Test(arguments: [
        ("let ms = dot(x, x)", "total += xs[i].data * ys[i].data"),
        ("let total = sum(exps)", "for x in xs { total += x.data }"),
        // Through closures that the library calls.
        ("let q = linear(x, layer.attnWq)", "total += xs[i].data * ys[i].data"),
        ("let headOut = (0..<headDim)", "total += xs[i].data * ys[i].data"),
    ])
    func `stepping in reaches the loop, and never the library`(
        _ start: String, _ loop: String
    ) throws {
        let text = start.prefix { $0 != "(" }
        let stop = "breakpoint set --one-shot true --file MicroGPT.swift -p \"\(text)\""
        let output = try Self.session([stop, "run"] + Array(repeating: "step", count: 12))
        #expect(output.contains { $0.hasPrefix("-> ") && $0.hasSuffix(loop) })
        let frames = output.filter { $0.contains("frame #0: ") }
        #expect(frames.count == 13)
        #expect(frames.allSatisfy { $0.contains(" lab`") })
    }
}
