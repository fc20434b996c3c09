import Course
import Foundation

/// The map of the course: for each lesson how long it takes, and what it is good for.
extension Figures {
    static let map = (0...9).reduce(into: [String: Figure]()) { all, part in
        all["map\(part)"] = { try map(of: part) }
    }

    /// What readers can do after lessons that do not say so themselves.
    private static let abilities = [
        "7-1": "watch the chain rule happen, one child at a time",
        "7-2": "stop inside one head at one position, and see what it looks at",
        "7-3": "follow one parameter through one update",
        "7-4": "catch whoever changes a number, and try out what a gradient says",
        "7-5": "find bugs that no loss curve shows",
        "8-1": "say what a number costs as an object, and where the time really goes",
        "8-2": "make many operations one, without changing a bit",
        "8-3": "keep a graph in flat arrays, and walk back over it",
        "8-4": "derive the backward pass of every layer by hand, and check it",
        "8-5": "fill the lanes of a vector, and say how far the machine could go",
        "9-1": "say when separate heads and slices are the same, and prove it to the last bit",
        "9-2": "say what each of three norms averages, and which must be told that it trains",
        "9-3": "say why deep models learn with the norm in front, and measure it",
        "9-4": "drop numbers without changing what is expected",
        "9-5": "say where a token stands without learning it",
        "9-6": "choose an activation, and say how little that choice shows in a small model",
        "9-7": "let one text be read while another is written",
        "9-8": "make a model do as it is asked, and see how it cheats when it is only rewarded",
        "9-9": "work out what a model of any size needs, before anybody builds it",
    ]

    /// Minutes are for reading what is not folded away, at 200 words a minute, for running what it runs,
    /// and for its exercises.
    private static func map(of part: Int) throws -> [String] {
        let cores = try LessonChecker.cores().filter { $0.core.part == part }
        var minutes = 0
        let rows = cores.map { path, core in
            let number = "\(core.part)-\(core.number)"
            let ability = core.ability ?? abilities[number] ?? ""
            minutes += core.minutes
            return "| [\(number) \(core.title)](\(path.dropFirst("Lessons/".count))) "
                + "| \(core.minutes) | \(ability) |"
        }
        return ["| lesson | minutes | afterwards you can |", "|---|---|---|"] + rows
            + ["| | \(minutes) | |"]
    }
}
