import ArgumentParser
import Inspection
import LessonFigures
import MicroGPT

struct Figure: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print a table of the lessons, or draw one of their pictures.",
        discussion: """
            Computes what a lesson shows and no other command prints. Without a name it lists what \
            there is.

              lab figure presets
            """)

    @Argument(
        help: ArgumentHelp("Which one, as the lesson names it.", valueName: "name"),
        completion: .list(Self.names))
    var name: String?

    @Option(
        help: ArgumentHelp("A file for a picture.", valueName: "file"), completion: .picture)
    var svg: String?

    private static let names = (Array(Figures.all.keys) + Figures.pictures.keys).sorted()

    func run() throws {
        try expectWritable(svg, besides: [("the names", "names.txt")])
        let console = Console()
        guard let name else {
            for name in Figures.all.keys.sorted() { try console.print(name) }
            for name in Figures.pictures.keys.sorted() { try console.print("\(name) (picture)") }
            return
        }
        if let picture = Figures.pictures[name] {
            let drawn = try picture()
            guard let svg else { return try console.print(String(drawn.description.dropLast())) }
            try console.write(drawn, to: svg)
        } else if let figure = Figures.all[name] {
            if svg != nil { throw UserError("\(name): a table, not a picture") }
            for line in try figure() { try console.print(line) }
        } else {
            throw UserError.unknown("figure", name, among: Self.names)
        }
    }
}
