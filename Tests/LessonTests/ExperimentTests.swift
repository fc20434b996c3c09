import Course
import Foundation
import Inspection
import LessonFigures
import Synchronization
import TestSupport
import Testing

@Suite struct ExperimentTests {
    static let documents = try! readDocuments("names.txt") { _ in }

    @Test func `a tenth of the names is held out, and names that go move no other`() {
        let (names, heldOut) = splitHeldOut(Self.documents)
        #expect(names.count + heldOut.count == Self.documents.count)
        // Of n names, each with a tenth's chance, the share is off by 0.3 / √n: this is 4 times that.
        let share = Double(heldOut.count) / Double(Self.documents.count)
        #expect(abs(share - 0.1) < 1.2 / Double(Self.documents.count).squareRoot())
        #expect(Set(names).isDisjoint(with: heldOut))
        let fewer = Self.documents.filter { !$0.hasPrefix("a") }
        #expect(splitHeldOut(fewer).heldOut == heldOut.filter { !$0.hasPrefix("a") })
    }

    @Test func `a mean and its standard error are those of a calculator`() {
        // The squares of 1, 2, 3, 4 less 2.5 add up to 5; 5 / 3 / 4 has the root 0.6455.
        let estimate = Estimate([1, 2, 3, 4])
        #expect(estimate.text == "2.5000 ± 0.6455")
        #expect(estimate.isClear)
        #expect(!Estimate([-1, 2, 3]).isClear)  // 1.3333 ± 1.2019
        #expect(!Estimate([1]).isClear)  // one alone shows nothing
    }

    /// What it measures is known: the seed, more or less, and the names it may train on.
    private static let arithmetic = Experiment(
        "arithmetic", "What?", record: "", measures: ["a", "b"],
        designs: [
            .init("first") { [Double($0.seed), Double($0.names.count)] },
            .init("above") { [Double($0.seed) + 1 + 0.01 * Double($0.seed % 2), 0] },
            .init("alike") { [Double($0.seed) * ($0.seed % 2 == 0 ? 1.5 : 0.5), 0] },
        ],
        steps: [20, 10], seeds: [1, 2, 3, 4])

    @Test func `each design is trained from each seed, and compared with the first`() throws {
        let record = try Self.arithmetic.run(on: Self.documents)
        #expect(record.runs.count == 3 * 2 * 4)
        #expect(record.steps == [10, 20])
        #expect(record.runs[0].values == [1, Double(splitHeldOut(Self.documents).training.count)])
        #expect(record.estimate(0, "first", steps: 10).text == "2.5000 ± 0.6455")
        // The seeds differ far more than the designs: only the differences show it.
        #expect(record.difference(0, "above", steps: 20).text == "1.0050 ± 0.0029")
        let table = record.lines.prefix(5)
        #expect(table[0] == "| a | 10 steps | against first | 20 steps | against first |")
        #expect(table[3].contains("| 3.5050 ± 0.6442 | +1.0050 ± 0.0029 |"))
        #expect(table[4].contains("no difference that we can see"))
    }

    @Test func `a picture of one length has a point for each design, of several a line`() throws {
        var experiment = Self.arithmetic
        let several = try experiment.run(on: Self.documents).picture(title: "Several").description
        experiment.steps = [10]
        let one = try experiment.run(on: Self.documents).picture(title: "One").description
        for design in ["first", "above", "alike"] {
            #expect(several.contains(">\(design)</text>") && one.contains(">\(design)</text>"))
        }
        #expect(one.components(separatedBy: "<circle").count - 1 == 3)
        #expect(!several.contains("<circle"))
        #expect(one.contains("4 trainings each of 10 steps"))
        for picture in [several, one] { Picture(picture).expectLegible() }
    }

    @Test func `a training is stopped where one measure is least, and another is reported`() throws
    {
        // The first measure would stop at 10 steps, the second does so at 20; seed 2 at 10.
        let record = try Experiment(
            "stops", "?", record: "", measures: ["reported", "chosen by"],
            designs: [
                .init("a") { [Double($0.steps), ($0.seed == 2 ? 1 : -1) * Double($0.steps)] },
                .init("b") { _ in [0, 0] },
            ],
            steps: [10, 20], seeds: [2, 1]
        ).run(on: Self.documents)
        let stopped = record.stopped("a", by: 1)
        #expect(stopped.map(\.seed) == [1, 2])
        #expect(stopped.map(\.steps) == [20, 10])
        #expect(stopped.map { $0.values[0] } == [20, 10])
    }

    @Test func `designs that share stages are trained together, each seed once`() throws {
        let seeds = Mutex<[UInt64]>([])
        let record = try Experiment(
            "together", "?", record: "", measures: ["a"], designs: ["first", "second"],
            steps: [20, 10], seeds: [1, 2]
        ) { trial, lengths in
            seeds.withLock { $0.append(trial.seed) }
            #expect(trial.steps == 20 && lengths == [10, 20])
            return [1.0, 2].map { a in lengths.map { [a * Double(trial.seed) + Double($0)] } }
        }.run(on: Self.documents)
        #expect(seeds.withLock { $0.sorted() } == [1, 2])
        #expect(record.runs.map(\.values) == [[11], [12], [12], [14], [21], [22], [22], [24]])
        #expect(record.difference(0, "second", steps: 20).mean == 1.5)
    }

    @Test func `a loss that is no number is not "no difference"`() throws {
        let record = try Experiment(
            "diverges", "?", record: "", measures: ["a"],
            designs: [.init("first") { _ in [1] }, .init("second") { _ in [.infinity] }],
            steps: [1]
        ).run(on: Self.documents)
        #expect(record.lines[3] == "| second | inf ± nan | inf ± nan |")
        let again = try ExperimentRecord(json: Data(record.json.utf8))
        #expect(again.runs == record.runs)
    }

    @Test func `a record comes back from its file`() throws {
        let record = try Self.arithmetic.run(on: Self.documents)
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).json")
        defer { try? FileManager.default.removeItem(at: file) }
        try record.json.write(to: file, atomically: true, encoding: .utf8)
        let again = try ExperimentRecord(contentsOf: file.path)
        #expect(again.runs == record.runs)
        #expect(try again.json == record.json)
    }

    @Test func `what goes wrong in a training ends the experiment`() {
        #expect(throws: UserError("no")) {
            _ = try Experiment(
                "fails", "?", record: "", measures: ["a"],
                designs: [.init("fails") { _ in throw UserError("no") }], steps: [1]
            ).run(on: Self.documents)
        }
    }

    /// A small list, so that its held-out names are few, too.
    private static func withNames<Result>(_ body: (String) throws -> Result) throws -> Result {
        try withFile(Array(documents.prefix(100).joined(separator: "\n").utf8), body)
    }

    @Test func `the command runs one, keeps its record, and lists all`() throws {
        try Self.withNames { names in
            try withFile([], named: "record.json") { file in
                let arguments = ["--steps", "2,1", "--seeds", "2", "--names", names]
                let run = try Run.shell(
                    "exec \"$0\" experiment schedule \"$@\" --record '\(file)'", arguments)
                #expect(run.exitCode == 0 && run.stderr == "")
                let record = try ExperimentRecord(contentsOf: file)
                #expect(
                    run.stdout == "\(record.question)\n\n\(record.lines.joined(separator: "\n"))\n")
                #expect(record.runs.count == 3 * 2 * 2 && record.steps == [1, 2])
                // What cannot be printed is kept all the same.
                try Data().write(to: URL(filePath: file))
                let full = try Run.shell(
                    "exec \"$0\" experiment schedule \"$@\" --record '\(file)' >/dev/full",
                    arguments)
                #expect(full.exitCode != 0)
                #expect(try ExperimentRecord(contentsOf: file).runs == record.runs)
            }
        }
        let list = try Run.lab("experiment")
        for experiment in Experiment.all {
            #expect(list.stdout.contains("\(experiment.name): \(experiment.question)\n"))
        }
        #expect(!list.stdout.contains("not measured here"))
    }

    @Test func `what cannot be run is said`() throws {
        let unknown = try Run.lab("experiment", "atention")
        #expect(unknown.exitCode == 1)
        #expect(
            unknown.stderr == "Error: atention: no such experiment; did you mean attention? "
                + "`lab experiment` lists them\n")
        let few = try withFile(Array("emma\n".utf8)) { names in
            try Run.lab("experiment", "attention", "--names", names)
        }
        #expect(few.exitCode == 1)
        #expect(
            few.stderr == "Error: 1 names, of which 0 are held out: an experiment needs names to "
                + "train on and others to measure on; give it more different ones\n")
        let nameless = try Run.lab("experiment", "--svg", "a.svg")
        #expect(nameless.exitCode == 64)
        #expect(nameless.stderr.hasPrefix("Error: --svg is for one experiment: attention, "))
        for steps in ["0", "1,", "x", "-1", "1e3"] {
            let run = try Run.lab("experiment", "attention", "--steps=\(steps)")
            #expect(run.exitCode == 64, "\(steps)")
        }
    }

    @Test(arguments: Experiment.all)
    func `an experiment's record is of that experiment`(_ experiment: Experiment) throws {
        let record = try ExperimentRecord(contentsOf: experiment.record)
        #expect(record.experiment == experiment.name)
        #expect(record.question == experiment.question)
        #expect(record.measures == experiment.measures)
        #expect(record.designs == experiment.designs.map(\.name))
        #expect(record.steps == experiment.steps.sorted())
        #expect(Set(record.runs.map(\.seed)) == Set(experiment.seeds))
        #expect(
            record.runs.count
                == experiment.designs.count * experiment.steps.count * experiment.seeds.count)
        #expect(record.names == Self.documents.count)
    }

    #if !DEBUG && canImport(Glibc)
        @Test(arguments: Experiment.all)
        func `the shortest trainings of a record come again to the last bit`(
            _ experiment: Experiment
        ) throws {
            let record = try ExperimentRecord(contentsOf: experiment.record)
            var shortest = experiment
            (shortest.steps, shortest.seeds) = ([record.steps[0]], [experiment.seeds[0]])
            let again = try shortest.run(on: Self.documents)
            #expect(
                again.runs
                    == record.runs.filter {
                        $0.steps == record.steps[0] && $0.seed == experiment.seeds[0]
                    })
        }
    #endif
}
