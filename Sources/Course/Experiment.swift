import Dispatch
import Efficiency
import Foundation
import Inspection
import MicroGPT
import PythonRandom
import Synchronization

/// A question about designs, and the trainings that answer it: every design is trained from each of
/// several seeds, and measured on names that no experiment trains on.
public struct Experiment: Sendable {
    /// A design, and how it is trained and measured.
    public struct Design: Sendable {
        /// What tables call it.
        public let name: String
        fileprivate let run: @Sendable (Trial) throws -> [Double]

        /// - Parameter run: trains it, and gives the experiment's measures.
        public init(_ name: String, run: @escaping @Sendable (Trial) throws -> [Double]) {
            (self.name, self.run) = (name, run)
        }
    }

    /// Trains all designs, for the longest of the lengths, and measures them at each: for each design
    /// and each length the experiment's measures.
    public typealias Together =
        @Sendable (_ trial: Trial, _ lengths: [Int]) throws -> [[[Double]]]

    /// What `lab experiment` calls it, and its record in the folder of its lesson.
    public let name: String
    /// What it answers, in a sentence.
    public let question: String
    /// Where its record is kept, from the project's folder.
    public let record: String
    /// What a training is measured by, the less the better where it is a loss.
    public let measures: [String]
    /// What is compared; each with the first.
    public let designs: [Design]
    /// How long trainings are, each a training of its own.
    public var steps: [Int]
    /// A training of each design and length starts from each of them.
    public var seeds: [UInt64]
    private var together: Together?

    /// An experiment whose designs share stages, so that all of a seed are trained at once; a shorter
    /// training is the beginning of a longer one.
    public init(
        _ name: String, _ question: String, record: String, measures: [String],
        designs: [String], steps: [Int], seeds: [UInt64] = [1, 2, 3, 4, 5],
        together: @escaping Together
    ) {
        self.init(
            name, question, record: record, measures: measures,
            designs: designs.map { Design($0) { _ in [] } }, steps: steps, seeds: seeds)
        self.together = together
    }

    /// An experiment, for at least two seeds.
    public init(
        _ name: String, _ question: String, record: String, measures: [String],
        designs: [Design], steps: [Int], seeds: [UInt64] = [1, 2, 3, 4, 5]
    ) {
        require(!designs.isEmpty && !steps.isEmpty && !seeds.isEmpty, "nothing to run")
        (self.name, self.question, self.record) = (name, question, record)
        (self.measures, self.designs, self.steps, self.seeds) = (measures, designs, steps, seeds)
    }

    /// What a training is told.
    public struct Trial: Sendable {
        /// Of parameters, and of the order of the names.
        public let seed: UInt64
        public let steps: Int
        /// What it may train on, in the file's order, and what it is measured on.
        public let names, heldOut: [String]
    }

    /// Runs all trainings, as many at once as there are cores. Each is the same whatever runs beside
    /// it, so that a record's numbers come again to the last bit.
    ///
    /// - Parameter progress: is told how much of the work is done, as a share of 1.
    public func run(
        on documents: [String], progress: @escaping @Sendable (Double) -> Void = { _ in }
    ) throws -> ExperimentRecord {
        let (names, heldOut) = splitHeldOut(documents)
        guard !names.isEmpty, !heldOut.isEmpty else {
            throw UserError(
                "\(grouped(documents.count)) names, of which \(heldOut.count) are held out: an "
                    + "experiment needs names to train on and others to measure on; "
                    + "give it more different ones")
        }
        let work = work(names, heldOut)
        let all = Double(work.reduce(0) { $0 + $1.cost })
        let state = Mutex((done: 0, runs: [ExperimentRecord.Run](), error: (any Error)?.none))
        let start = ContinuousClock.now
        DispatchQueue.concurrentPerform(iterations: work.count) { i in
            if state.withLock({ $0.error != nil }) { return }
            let result = Result { try work[i].run() }
            let done = state.withLock { state in
                switch result {
                case .success(let runs):
                    for run in runs {
                        require(run.values.count == measures.count, "\(run.values.count) measures")
                    }
                    state.runs += runs
                case .failure(let error): state.error = error
                }
                state.done += work[i].cost
                return state.done
            }
            progress(Double(done) / all)
        }
        let (runs, error) = state.withLock { ($0.runs, $0.error) }
        if let error { throw error }
        let minutes = (ContinuousClock.now - start) / .seconds(60)
        let order = designs.map(\.name)
        return ExperimentRecord(
            experiment: name, question: question, names: documents.count, heldOut: heldOut.count,
            measures: measures, designs: order, minutes: (minutes * 100).rounded() / 100,
            runs: runs.sorted { a, b in
                (a.steps, order.firstIndex(of: a.design) ?? 0, a.seed)
                    < (b.steps, order.firstIndex(of: b.design) ?? 0, b.seed)
            })
    }

    /// What can run side by side, the longest first, so that no core is left with one of them at the
    /// end.
    private func work(
        _ names: [String], _ heldOut: [String]
    ) -> [(cost: Int, run: @Sendable () throws -> [ExperimentRecord.Run])] {
        func trial(_ seed: UInt64, _ steps: Int) -> Trial {
            Trial(seed: seed, steps: steps, names: names, heldOut: heldOut)
        }
        let lengths = steps.sorted()
        if let together {
            return seeds.map { seed in
                let trial = trial(seed, lengths[lengths.count - 1])
                return (
                    1,
                    { [designs] in
                        zip(designs, try together(trial, lengths)).flatMap { design, values in
                            zip(lengths, values).map { steps, values in
                                .init(design: design.name, steps: steps, seed: seed, values: values)
                            }
                        }
                    }
                )
            }
        }
        return lengths.reversed().flatMap { steps in
            seeds.flatMap { seed in
                designs.map { design in
                    let trial = trial(seed, steps)
                    return (
                        steps,
                        {
                            [
                                .init(
                                    design: design.name, steps: steps, seed: seed,
                                    values: try design.run(trial))
                            ]
                        }
                    )
                }
            }
        }
    }
}

extension Experiment.Trial {
    /// A model whose parameters and whose order of names come from the trial's seed, as in `lab train`.
    ///
    /// - Parameter stretch: the learning rate falls as in a training so many times as long; by a
    ///   hundred thousand, it stays as it is.
    public func model(_ config: Config, stretch: Int = 1) throws -> (gpt: GPT, documents: [[Int]]) {
        var config = config
        (config.seed, config.numSteps) = (seed, min(steps * stretch, 1_000_000_000))
        var (rng, shuffled) = (PythonRandom(seed: seed), names)
        rng.shuffle(&shuffled)
        let tokenizer = Tokenizer(documents: [alphabet(of: names + heldOut)])
        let gpt = try GPT(checking: config, tokenizer, &rng)
        return (gpt, try shuffled.map(tokenizer.tokens(of:)))
    }

    /// A model of the single file, trained by the rung that is fastest with its bits.
    ///
    /// - Parameter zeros: parameters that are 0 from the first step to the last: what they do is
    ///   not there.
    public func trained(
        _ config: Config, stretch: Int = 1, zeros: (GPT) -> [Matrix] = { _ in [] }
    ) throws -> GPT {
        let (gpt, documents) = try model(config, stretch: stretch)
        let removed = zeros(gpt).flatMap { $0.joined() }
        for p in removed { p.data = 0 }
        try train(gpt, on: documents, fixed: removed)
        return gpt
    }

    /// Trains a model of the single file, by the rung that is fastest with its bits.
    ///
    /// - Parameter fixed: parameters that stay as they are.
    public func train(_ gpt: GPT, on documents: [[Int]], fixed: [Value] = []) throws {
        let stay = Set(fixed.map(ObjectIdentifier.init))
        let places = gpt.params.indices.filter { stay.contains(ObjectIdentifier(gpt.params[$0])) }
        var engine = try Rung.tape.engine(gpt)
        for step in 0..<steps {
            let loss = engine.trainStep([documents[step % documents.count]])
            guard loss.isFinite else { throw UserError("seed \(seed), step \(step + 1): \(loss)") }
            if places.isEmpty { continue }
            var params = engine.params
            for i in places { params[i] = gpt.params[i].data }
            engine.params = params
        }
        for (p, x) in zip(gpt.params, engine.params) { p.data = x }
    }

    /// The mean loss of a single-file model on the names that are held out.
    public func heldOutLoss(_ gpt: GPT) throws -> Double { try Rung.meanLoss(of: gpt, on: heldOut) }
}

/// What the trainings of an experiment have given.
public struct ExperimentRecord: MeasuredRecord, Sendable {
    /// A training: what it was, and its measures.
    public struct Run: Codable, Sendable, Equatable {
        public let design: String, steps: Int, seed: UInt64, values: [Double]
    }

    public let experiment, question: String
    /// How many names there were, and how many of them no training saw.
    public let names, heldOut: Int
    public let measures, designs: [String]
    /// How long it took, and where.
    public let minutes: Double
    public var machine = Ladder.Machine()
    public let runs: [Run]

    init(
        experiment: String, question: String, names: Int, heldOut: Int, measures: [String],
        designs: [String], minutes: Double, runs: [Run]
    ) {
        (self.experiment, self.question, self.names) = (experiment, question, names)
        (self.heldOut, self.measures, self.designs) = (heldOut, measures, designs)
        (self.minutes, self.runs) = (minutes, runs)
    }

    /// A record that was written before.
    public init(contentsOf path: String) throws {
        self = try Self(json: Data(contentsOf: URL(filePath: path)))
    }

    /// The lengths of its trainings, the shortest first.
    public var steps: [Int] { Set(runs.map(\.steps)).sorted() }

    /// What a measure was in the trainings of a design that were so long, by their seeds.
    func values(_ measure: Int, _ design: String, steps: Int) -> [UInt64: Double] {
        let runs = runs.filter { $0.design == design && $0.steps == steps }
        return Dictionary(uniqueKeysWithValues: runs.map { ($0.seed, $0.values[measure]) })
    }

    /// The mean over the seeds.
    public func estimate(_ measure: Int, _ design: String, steps: Int) -> Estimate {
        Estimate(Array(values(measure, design, steps: steps).values.sorted()))
    }

    /// By how much a design is above the first one, the mean of the differences of each seed.
    public func difference(_ measure: Int, _ design: String, steps: Int) -> Estimate {
        let first = values(measure, designs[0], steps: steps)
        let pairs = values(measure, design, steps: steps).sorted { $0.key < $1.key }
        return Estimate(pairs.compactMap { seed, x in first[seed].map { x - $0 } })
    }
}

extension ExperimentRecord {
    /// Stopping early: of each seed's trainings of a design, the one in which a measure was least.
    ///
    /// - Parameter choice: of which measure; not the one that is reported, which would be chosen
    ///   for its luck.
    public func stopped(_ design: String, by choice: Int) -> [Run] {
        let trainings = Dictionary(grouping: runs.filter { $0.design == design }, by: \.seed)
        return trainings.sorted { $0.key < $1.key }.compactMap { _, runs in
            runs.min { $0.values[choice] < $1.values[choice] }
        }
    }

    /// A table for each measure.
    public var lines: [String] {
        measures.indices.flatMap { (($0 == 0 ? [] : [""]) + lines(of: $0)) }
    }

    /// A row a design, a column a length of training; and how far each design is from the first,
    /// where that is clear.
    public func lines(of measure: Int) -> [String] {
        let head = steps.flatMap { ["\(grouped($0)) steps", "against \(designs[0])"] }
        let rows = designs.map { design in
            [design]
                + steps.flatMap { steps in
                    [estimate(measure, design, steps: steps).text]
                        + [design == designs[0] ? "" : against(measure, design, steps: steps)]
                }
        }
        return table([measures[measure]] + head, rows)
    }

    private func against(_ measure: Int, _ design: String, steps: Int) -> String {
        Self.text(difference(measure, design, steps: steps))
    }

    /// A difference, where it is clear.
    public static func text(_ difference: Estimate) -> String {
        guard difference.mean.isFinite else { return difference.text }
        guard difference.isClear else { return "no difference that we can see" }
        return (difference.mean < 0 ? "" : "+") + difference.text
    }

    /// A measure over the lengths of training, a line a design, with standard errors; of one length
    /// alone, a point a design.
    ///
    /// - Parameter shown: the designs, if not all.
    public func picture(_ measure: Int = 0, title: String, of shown: [String]? = nil) -> SVG {
        let designs = shown ?? designs
        func point(_ x: Double, _ design: String, steps: Int) -> Chart.Point {
            let value = estimate(measure, design, steps: steps)
            return .init(x, value.mean, error: value.standardError)
        }
        let across: Chart.Axis, series: [Chart.Series]
        if steps.count == 1 {
            let places = designs.enumerated().map { (Double($0), $1) }
            across = .init(
                "", range: (-0.5, Double(designs.count) - 0.5), ticks: places.map { ($0, $1) })
            series = [
                Chart.Series(
                    measures[measure], places.map { point($0, $1, steps: steps[0]) },
                    as: .points(.circle), namePlace: .hidden)
            ]
        } else {
            let (low, high) = (Double(steps[0]), Double(steps[steps.count - 1]))
            across = .init(
                "steps", range: (low * 0.8, high * 1.2), isLogarithmic: true,
                ticks: steps.map { (Double($0), grouped($0)) })
            series = designs.map { design in
                Chart.Series(design, steps.map { point(Double($0), design, steps: $0) })
            }
        }
        return Chart(x: across, y: .init(measures[measure]), series).picture(
            title: title,
            note: [
                "Mean and standard error of \(Set(runs.map(\.seed)).count) trainings each"
                    + (steps.count == 1 ? " of \(grouped(steps[0])) steps, " : ", ")
                    + "on \(grouped(heldOut)) names that none of them saw."
            ])
    }
}
