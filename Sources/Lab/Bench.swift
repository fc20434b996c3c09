import ArgumentParser
import Efficiency
import Foundation
import Inspection
import MicroGPT

struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure how fast each rung of the ladder trains.",
        discussion: """
            Trains the same model with every rung, from the single file's mathematics with an \
            object for each number to vector instructions, all in one run: after a round that only \
            warms up, each rung gets a slice of time in each of 15 rounds. The table has the \
            median over the rounds, and the range of the middle half of them. Memory is by how \
            much that of the process grows while a new engine takes its first step, on the longest \
            names (on Linux).

              lab bench --preset gist --seconds 30

            Below it stands how fast one core of this machine could be at best: the \
            multiplications with additions that a step cannot do without, at the rate that is \
            measured for them in registers. Control-C ends it with what was measured.

            The rungs are \(Rung.allCases.map { "\($0.rawValue) (\($0.summary))" }
                .joined(separator: "; ")).
            """)

    @OptionGroup var model: ModelOptions

    @Option(
        help: ArgumentHelp("Which rungs, with commas between. (default: all)", valueName: "rungs"),
        transform: Self.rungs)
    var rungs = Rung.allCases

    @Option(
        parsing: .unconditional,
        help: "How many names a step of the rungs takes that take several. (default: 16 a thread)",
        transform: wholeNumber(1...65_536))
    var batch: Int?

    @Option(
        parsing: .unconditional,
        help: "How many threads these rungs use. (default: 1, and then all cores)",
        transform: wholeNumber(1...1024))
    var threads: Int?

    @Option(
        parsing: .unconditional, help: "How long to measure, in all.", transform: number(above: 0))
    var seconds = 10.0

    @Flag(help: "Print everything as JSON.")
    var json = false

    @Option(
        help: ArgumentHelp("A file for a picture of the table.", valueName: "file"),
        completion: .picture)
    var svg: String?

    private static func rungs(_ text: String) throws -> [Rung] {
        let named = try text.split(separator: ",", omittingEmptySubsequences: false).map { name in
            guard let rung = Rung(rawValue: String(name)) else {
                let all = Rung.allCases.map(\.rawValue).joined(separator: ",")
                throw ValidationError("There is no rung '\(name)'; all are \(all).")
            }
            return rung
        }
        return Rung.allCases.filter(named.contains)
    }

    func validate() throws {
        guard seconds <= 86_400 else {
            throw ValidationError("--seconds \(seconds): it is a day, 86400, at most.")
        }
        for (flag, value) in [("--batch", batch), ("--threads", threads)] {
            if value != nil, !rungs.contains(where: \.takesThreads) {
                throw ValidationError("None of these rungs takes \(flag).")
            }
        }
    }

    /// The rows of the table to be measured.
    private var rows: [(rung: Rung, batch: Int, threads: Int)] {
        rungs.flatMap { rung in
            guard rung.takesThreads else { return [(rung, rung.defaultBatch, 1)] }
            let counts = threads.map { [$0] } ?? (Machine.cores > 1 ? [1, Machine.cores] : [1])
            return counts.map { (rung, batch ?? rung.defaultBatch * $0, $0) }
        }
    }

    func run() throws {
        try expectWritable(svg, besides: [("--names", model.names)])
        let console = Console()
        #if DEBUG
            console.note("built for debugging: use swift run -c release lab")
        #endif
        let session = try Session(names: model.names, config: model.config)
        let (gpt, config) = (session.gpt, session.gpt.config)
        let documents = try session.documents.map(gpt.tokenizer.tokens(of:))
        let longest = documents.sorted { $0.count > $1.count }
        // All engines are there at once, and each once more while its memory is measured.
        let needs = rows.map { session.memoryNeed($0.rung, batch: $0.batch, threads: $0.threads) }
        try session.expectRoom(for: needs + needs.sorted { $0.bytes < $1.bytes }.suffix(1))
        let engines = try rows.map { try $0.rung.engine(gpt, threads: $0.threads) }
        let trainings = zip(rows, engines).map { row, engine in
            Training(engine, config, documents, batch: row.batch)
        }

        Interrupt.watch()
        defer { console.status(nil) }
        console.status("measuring the memory")
        let memory = try rows.map { row in
            try Machine.memoryGrowth {
                if Interrupt.isRequested { return }
                let engine = try row.rung.engine(gpt, threads: row.threads)
                _ = try Training(engine, config, longest, batch: row.batch).step()
            }
        }
        console.status("measuring, warming up")
        let peak = PeakRate()
        let benchmark = Benchmark(seconds: seconds, isStopped: { Interrupt.isRequested })
        let timings = try benchmark.measure(trainings.map { $0.step } + [{ peak.work() }]) {
            console.status("measuring, round \($0 + 1) of \(benchmark.rounds)")
        }
        console.status(nil)
        let rounds = timings[0].samples.count
        guard rounds > 0 else {
            console.note("interrupted before the first round was over: nothing is measured")
            throw ExitCode(130)
        }

        let ladder = Ladder(
            model: .init(
                preset: (model.preset ?? .lesson).rawValue, names: model.names,
                layers: config.nLayer, heads: config.nHead, embedding: config.nEmbd,
                context: config.blockSize, parameters: gpt.params.count),
            rows: zip(rows, zip(timings, memory)).map { row, measured in
                Ladder.Row(
                    row.rung, batch: row.batch, threads: row.threads, measured.0,
                    memoryBytes: measured.1)
            },
            limit: .init(
                multiplyAddsPerDocument: mean(
                    documents.map {
                        config.multiplyAdds(
                            tokenCount: $0.count, vocabSize: gpt.tokenizer.vocabSize)
                    }),
                multiplyAddsPerSecond: 1 / timings[rows.count].median),
            rounds: rounds)
        if json {
            try console.print(ladder.json)
        } else {
            for line in ladder.lines { try console.print(line) }
        }
        if let svg { try console.write(ladder.picture, to: svg) }
        if Interrupt.isRequested {
            console.note("interrupted: the medians are of \(rounds) of \(benchmark.rounds) rounds")
            throw ExitCode(130)
        }
    }
}

private func mean(_ numbers: [Int]) -> Double {
    Double(numbers.reduce(0, +)) / Double(numbers.count)
}
