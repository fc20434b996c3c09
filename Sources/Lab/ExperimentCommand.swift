import ArgumentParser
import Course
import Efficiency
import Foundation
import Inspection
import LessonFigures

struct ExperimentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "experiment",
        abstract: "Train designs against each other, and measure them on names none has seen.",
        discussion: """
            Trains every design of an experiment from several seeds, on nine tenths of the names, \
            and measures it on the tenth that no experiment trains on. The table has means with \
            their standard errors, and how far each design is from the first. Without a name it \
            lists what there is and how long each took.

              lab experiment
              lab experiment attention --seeds 3 --steps 500

            The lessons' tables come from records that this command wrote. Trainings with the same \
            seed and length have the same numbers again, to the last bit.
            """)

    @Argument(
        help: ArgumentHelp("Which one.", valueName: "name"),
        completion: .list(Experiment.all.map(\.name)))
    var name: String?

    @Option(help: .names, completion: .names)
    var names = "names.txt"

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How many seeds, from 1 on. (default: its own)", valueName: "count"),
        transform: wholeNumber(2...1000))
    var seeds: Int?

    @Option(
        help: ArgumentHelp(
            "How long trainings are, with commas between. (default: its own)",
            valueName: "lengths"),
        transform: { text in
            try text.split(separator: ",", omittingEmptySubsequences: false).map {
                try wholeNumber(1...10_000_000)(String($0))
            }
        })
    var steps: [Int]?

    @Option(help: ArgumentHelp("A file for every training's numbers, as JSON.", valueName: "file"))
    var record: String?

    @Option(
        help: ArgumentHelp("An SVG file for the picture of the first measure.", valueName: "file"),
        completion: .picture)
    var svg: String?

    func validate() throws {
        let given = ["--seeds": seeds != nil, "--steps": steps != nil, "--record": record != nil]
            .merging(["--svg": svg != nil, "--names": names != "names.txt"]) { $1 }
        if name == nil, let option = given.filter(\.value).keys.min() {
            throw ValidationError(
                "\(option) is for one experiment: "
                    + "\(Experiment.all.map(\.name).joined(separator: ", ")).")
        }
    }

    func run() throws {
        let console = Console()
        guard let name else { return try list(console) }
        guard var experiment = Experiment.all.first(where: { $0.name == name }) else {
            throw UserError.unknown("experiment", name, among: Experiment.all.map(\.name))
        }
        try expectWritable(record, besides: [("--names", names)])
        try expectWritable(svg, besides: [("--names", names), ("--record", record)])
        if let seeds { experiment.seeds = (1...UInt64(seeds)).map { $0 } }
        if let steps { experiment.steps = Set(steps).sorted() }
        let start = ContinuousClock.now
        let result = try experiment.run(on: console.documents(in: names)) { share in
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            let left = duration(seconds / share - seconds)
            Console().status("\(name): \(Int(100 * share)) % done, \(left) left")
        }
        console.status(nil)
        // First what is kept: it is not lost with what cannot be printed.
        if let record { try writeFile(Data((result.json + "\n").utf8), to: record) }
        if let svg { try console.write(result.picture(title: experiment.question), to: svg) }
        try console.print(experiment.question + "\n")
        for line in result.lines { try console.print(line) }
    }

    private func list(_ console: Console) throws {
        for experiment in Experiment.all {
            let steps = experiment.steps.map(grouped).joined(separator: ", ")
            let record = try? ExperimentRecord(contentsOf: experiment.record)
            let cost = record.map {
                String(format: "%.1f minutes on %ld cores", $0.minutes, $0.machine.cores)
            }
            try console.print(
                """
                \(experiment.name): \(experiment.question)
                    \(experiment.designs.map(\.name).joined(separator: ", "))
                    \(steps) steps, \(experiment.seeds.count) seeds; \(cost ?? "not measured here")
                """)
        }
    }
}
