import Foundation
import Inspection
import TestSupport
import Testing

/// Trainings by the rungs of the ladder.
@Suite struct EngineCommandTests {
    static let tiny = ["--embedding", "4", "--heads", "2", "--steps", "12", "--samples", "3"]

    static func run(_ arguments: [String]) throws -> Run {
        try Run.shell(
            "exec \"$0\" \"$@\"", (arguments[0].hasPrefix("-") ? ["train"] : []) + arguments)
    }

    @Test(arguments: ["scalars", "dots", "tape"])
    func `what has the single file's bits prints and saves the same`(_ rung: String) throws {
        try withFile([], named: "model") { model in
            let plain = try Self.run(["--save", model] + Self.tiny)
            let other = try Self.run(["--engine", rung, "--save", model + ".2"] + Self.tiny)
            #expect(other.stdout == plain.stdout)
            #expect(other.stderr == "" && other.exitCode == 0)
            let files = try [model, model + ".2"].map { try Data(contentsOf: URL(filePath: $0)) }
            #expect(files[0] == files[1])
        }
    }

    #if !DEBUG
        @Test func `the tape prints what the final microgpt.py prints`() throws {
            let run = try Run.lab("train", "--preset", "gist", "--engine", "tape")
            #expect(run.stdout == (try Fixture.text("microgpt-gist.txt")))
            #expect(run.stderr == "" && run.exitCode == 0)
        }
    #endif

    @Test func `arrays print the same losses`() throws {
        let plain = try Self.run(Self.tiny)
        let arrays = try Self.run(["--engine", "arrays"] + Self.tiny)
        #expect(arrays.stdout == plain.stdout)
        #expect(arrays.stderr == "" && arrays.exitCode == 0)
    }

    @Test func `a training goes on with any rung that has its bits`() throws {
        try withFile([], named: "model") { model in
            let whole = try Self.run(Self.tiny)
            var output = ""
            for (engine, stop) in [(["--engine", "tape"], "4"), ([], "7")] {
                let resume = output == "" ? Self.tiny : ["--resume", model]
                let run = try Self.run(resume + engine + ["--save", model, "--stop-after", stop])
                #expect(run.exitCode == 0)
                output += run.stdout
            }
            let last = try Self.run(
                ["--resume", model, "--engine", "dots", "--samples", "3"])
            #expect(output + last.stdout == whole.stdout)
        }
    }

    @Test func `a step takes the next names, and the checkpoint knows how many`() throws {
        try withFile([], named: "model") { model in
            let flags = ["--engine", "tape", "--batch", "3"] + Self.tiny
            let whole = try Self.run(flags)
            let first = try Self.run(flags + ["--save", model, "--stop-after", "5"])
            #expect(try Checkpoint(contentsOf: model).recipe.batch == 3)
            for engine in [[], ["--engine", "scalars"], ["--engine", "tape"]] {
                let second = try Self.run(["--resume", model, "--samples", "3"] + engine)
                #expect(first.stdout + second.stdout == whole.stdout)
            }
            #expect(whole.stdout != (try Self.run(["--engine", "tape"] + Self.tiny)).stdout)

            let other = try Self.run(["--resume", model, "--engine", "tape", "--batch", "2"])
            #expect(
                other.stderr == """
                    Error: --batch 2: the training in \(model) has 3 and goes on with it; leave the \
                    flag out, or train anew without --resume

                    """)
            #expect(other.exitCode == 1)
        }
    }

    @Test(
        arguments: [
            ("arrays", ["--engine", "tape"], "arrays"), ("arrays", ["--engine", "simd"], "arrays"),
            ("simd", ["--engine", "dots"], "simd"),
            ("simd", ["--engine", "simd", "--threads", "1"], "2"),
        ])
    func `what rounds otherwise goes on by itself, and never as something else`(
        _ engine: String, _ others: [String], _ kept: String
    ) throws {
        try withFile([], named: "model") { model in
            let threads = engine == "simd" ? ["--threads", "2"] : []
            let flags = ["--engine", engine, "--batch", "3", "--save", model] + threads + Self.tiny
            let whole = try Self.run(flags)
            let bytes = try Data(contentsOf: URL(filePath: model))
            let first = try Self.run(flags + ["--stop-after", "5"])
            let refused = try Self.run(["--resume", model] + others)
            let flag = others.suffix(2).joined(separator: " ")
            #expect(
                refused.stderr == """
                    Error: \(flag): the training in \(model) has \(kept) and goes on with it; leave \
                    the flag out, or train anew without --resume

                    """)
            #expect(refused.stdout == "" && refused.exitCode == 1)
            let second = try Self.run(["--resume", model, "--samples", "3", "--save", model])
            #expect(first.stdout + second.stdout == whole.stdout)
            #expect(try Data(contentsOf: URL(filePath: model)) == bytes)
        }
    }

    @Test func `an engine that is none is no reason to crash`() throws {
        try CheckpointCommandTests.withModel { model in
            let checkpoint = try Checkpoint(contentsOf: model)
            for (engine, threads) in [("gpu", nil), ("arrays", 2)] as [(String, Int?)] {
                var recipe = checkpoint.recipe
                (recipe.engine, recipe.threads) = (engine, threads)
                try Checkpoint(
                    preset: "lesson", gpt: checkpoint.gpt, loss: nil,
                    training: checkpoint.training, recipe: recipe
                ).write(to: model)
                let run = try Self.run(["--resume", model])
                #expect(
                    run.stderr == """
                        Error: \(model): its training was by an engine that is not here; train anew

                        """)
                #expect(run.stdout == "" && run.exitCode == 1)
            }
        }
    }

    @Test func `the mean over a batch of one name is its loss`() throws {
        let name = ["--name", "emma", "--steps", "2", "--samples", "1", "--engine", "tape"]
        let run = try Self.run(name + ["--batch", "4"])
        #expect(run.lines[3] == "step    1 /    2 | loss 3.3185")
    }

    @Test func `an infinite loss names the step and its names`() throws {
        try withFile([], named: "model") { model in
            let run = try Self.run([
                "--engine", "tape", "--batch", "2", "--learning-rate", "1e10", "--steps", "20",
                "--save", model, "--save-every", "1",
            ])
            let losses = run.lines.filter { $0.hasPrefix("step ") }
            let step = losses.count + 1
            let names = try #require(
                run.stderr.firstMatch(
                    of: /^Error: step (\d+), "\w+", "\w+": the loss is (inf|nan), not a finite/))
            #expect(Int(names.1) == step)
            #expect(run.exitCode == 1)
            #expect(try Checkpoint(contentsOf: model).training?.adam.step == losses.count)
        }
    }

    @Test func `flags that make no sense are refused`() throws {
        for (arguments, message) in [
            (
                ["--batch", "2"],
                "--batch and --threads need --engine <engine>; the single file takes one name a "
                    + "step.\n"
            ),
            (["--engine", "tape", "--threads", "2"], "--engine tape works on one thread.\n"),
            (["--engine", "gpu"], "The value 'gpu' is invalid for '--engine <engine>'"),
            (
                ["--engine", "tape", "--batch", "0"],
                "The value '0' is invalid for '--batch <batch>'"
            ),
        ] {
            let run = try Self.run(["train"] + arguments)
            #expect(run.stderr.hasPrefix("Error: " + message), "\(run.stderr)")
            #expect(run.stdout == "" && run.exitCode == 64)
        }
    }

    @Test func `sizes that no formula expects train with the tape as without`() throws {
        for flags in [["--heads", "1"], ["--embedding", "32"], ["--context", "3"]] {
            let all = flags + ["--steps", "2", "--samples", "1"]
            let (plain, tape) = (try Self.run(all), try Self.run(all + ["--engine", "tape"]))
            #expect(tape.stdout == plain.stdout && tape.exitCode == 0, "\(flags)")
        }
    }

    @Test func `what takes more memory than there is is refused before it begins`() throws {
        try withFile(Array(String(repeating: "emmaolivia", count: 7000).utf8)) { names in
            let flags = ["--names", names, "--context", "65536"]
            let message =
                /Error: this would take about \d+\.\d GB .* has? .*GB; try --context \d+\n/
            for engine in [nil, "scalars", "dots", "tape", "arrays", "simd"] {
                let run = try Self.run(flags + (engine.map { ["--engine", $0] } ?? []))
                #expect(run.stderr.wholeMatch(of: message) != nil, "\(run.stderr)")
                #expect(run.stdout == "" && run.exitCode == 1)
            }
            let bench = try Self.run(["bench", "--rungs", "simd"] + flags)
            #expect(bench.stderr.contains(message) && bench.exitCode == 1)
            // The name alone counts, if there is one.
            let emma = ["--name", "emma", "--steps", "1", "--samples", "1", "--engine", "simd"]
            let run = try Self.run(["--names", names, "--context", "64"] + emma)
            #expect(run.exitCode == 0, "\(run.stderr)")
        }
    }

    @Test func `vectors notice a training that diverges`() throws {
        let flags = ["--batch", "1", "--steps", "12", "--samples", "1", "--engine"]
        func losses(_ engine: String) throws -> [Double] {
            let run = try Self.run(["--learning-rate", "0.3"] + flags + [engine])
            return run.lines.compactMap { $0.split(separator: "loss ").last.flatMap { Double($0) } }
        }
        let (vectors, arrays) = (try losses("simd"), try losses("arrays"))
        #expect(vectors.count == 12 && arrays.count == 12)
        // Steps that make each loss ten times the one before make ten times of what is rounded.
        let isClose = zip(vectors, arrays).allSatisfy { abs($0 - $1) <= 0.01 * $1 }
        #expect(isClose, "\(vectors), not \(arrays)")
        for engine in ["simd", "arrays"] {
            let run = try Self.run(["--learning-rate", "3"] + flags + [engine])
            #expect(run.stderr.contains("the loss is inf, not a finite number"), "\(run.stderr)")
            #expect(run.exitCode == 1)
        }
    }
}

@Suite struct BenchTests {
    static let tiny = ["bench", "--embedding", "4", "--heads", "2", "--seconds", "0.2"]

    static func run(_ arguments: [String]) throws -> Run {
        try EngineCommandTests.run(tiny + arguments)
    }

    @Test func `a row for each rung, and the limit`() throws {
        let run = try Self.run(["--rungs", "arrays,tape", "--preset", "gist"])
        let lines = run.lines
        #expect(
            lines[0]
                == "gist on names.txt: layers 1, heads 2, embedding 4, context 16, parameters 472"
        )
        #expect(lines[1].contains("cores: "))
        #expect(lines[2] == "medians of 15 rounds")
        #expect(lines[3].hasPrefix("rung    batch  threads  µs/document"))
        let rows = lines[4...5].map { $0.split(separator: " ") }
        #expect(rows.map { $0[0...2] } == [["tape", "1", "1"], ["arrays", "1", "1"]])
        let times = try rows.map { try #require(Double($0[3])) }
        #expect(times.allSatisfy { $0 > 0 })
        #expect(lines[6].hasPrefix("The arithmetic of a document is "))
        #expect(lines[7].contains("The fastest rung on one core, "))
        #expect(lines.count == 8 && run.exitCode == 0)
        #if DEBUG
            #expect(run.stderr == "built for debugging: use swift run -c release lab\n")
        #else
            #expect(run.stderr == "")
        #endif
    }

    private struct Table: Decodable {
        struct Machine: Decodable { let cores: Int }
        struct Model: Decodable { let preset: String, parameters: Int }
        struct Row: Decodable {
            let rung: String, batch: Int, threads: Int
            let median: Double, lowerQuartile: Double, upperQuartile: Double, memoryBytes: Int?
        }
        struct Limit: Decodable {
            let multiplyAddsPerDocument: Double, multiplyAddsPerSecond: Double
        }
        let machine: Machine, model: Model, rows: [Row], limit: Limit, rounds: Int
    }

    @Test func `the same as JSON and as a picture`() throws {
        try withFile([], named: "ladder.svg") { path in
            let run = try Self.run(["--rungs", "dots,tape,arrays", "--json", "--svg", path])
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            let table = try decoder.decode(Table.self, from: Data(run.stdout.utf8))
            #expect(table.machine.cores >= 1 && table.rounds == 15)
            #expect(table.model.preset == "lesson" && table.model.parameters == 440)
            #expect(table.rows.map(\.rung) == ["dots", "tape", "arrays"])
            for row in table.rows {
                #expect(row.batch == 1 && row.threads == 1)
                #expect(0 < row.lowerQuartile && row.lowerQuartile <= row.median)
                #expect(row.median <= row.upperQuartile)
                #if os(Linux)
                    #expect(row.memoryBytes != nil)
                #endif
            }
            #expect(table.limit.multiplyAddsPerDocument > 0)
            #expect(table.limit.multiplyAddsPerSecond > 0)

            let picture = Picture(try String(contentsOfFile: path, encoding: .utf8))
            #expect(picture.elements.count { $0.name == "rect" } == 5, "the paper and four bars")
            picture.expectLegible()
            #expect(
                picture.texts.filter(["dots", "tape", "arrays", "limit of one core"].contains)
                    .count == 4)
        }
    }

    @Test func `what cannot be measured is refused`() throws {
        for (arguments, message, code) in [
            (
                ["--rungs", "tape,gpu"], "The value 'tape,gpu' is invalid for '--rungs <rungs>': ",
                64
            ),
            (["--rungs", ""], "The value '' is invalid for '--rungs <rungs>': ", 64),
            (["--rungs", "tape", "--batch", "4"], "None of these rungs takes --batch.\n", 64),
            (["--rungs", "tape", "--threads", "2"], "None of these rungs takes --threads.\n", 64),
            (["--seconds", "1e308"], "--seconds 1e+308: it is a day, 86400, at most.\n", 64),
            (["--seconds", "0"], "The value '0' is invalid for '--seconds <seconds>'", 64),
            (["--svg", "Sources"], "Sources: a folder, not a file\n", 1),
            (
                ["--embedding", "5"], "an embedding of 5 cannot be cut into 2 equal heads; 4 or 6",
                1
            ),
            (
                ["--learning-rate", "1e300", "--rungs", "tape"],
                "step 2: the loss is not a finite number; try a learning rate below 1e+300\n", 1
            ),
        ] {
            let run = try Self.run(arguments)
            #expect(run.stderr.contains("Error: " + message), "\(run.stderr)")
            #expect(run.stdout == "" && run.exitCode == Int32(code), "\(arguments)")
        }
    }

    @Test func `Control-C ends it with what was measured`() throws {
        let run = try withFile(Array("emma\nolivia\n".utf8)) { names in
            try Run.shell(
                """
                "$0" bench --names "$1" --rungs arrays --seconds 16 & pid=$!
                sleep 3; kill -INT $pid; wait $pid
                """, [names])
        }
        #expect(run.exitCode == 130)
        #expect(run.stdout.contains("medians of "))
        #expect(run.stderr.contains("interrupted: the medians are of "))
    }
}
