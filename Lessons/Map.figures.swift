import Course
import Foundation

/// The map of the course: for each lesson how long it takes, and what it is good for.
extension Figures {
    static let map = (0...9).reduce(into: [String: Figure]()) { all, part in
        all["map\(part)"] = { try map(of: part) }
    }

    private static let cores = Result { try LessonChecker.cores() }

    /// Minutes are for reading what is not folded away, at 200 words a minute, for running what it runs,
    /// and for its exercises.
    private static func map(of part: Int) throws -> [String] {
        let cores = try cores.get().filter { $0.core.part == part }
        var minutes = 0
        let rows = cores.map { path, core in
            let number = "\(core.part)-\(core.number)"
            let ability = core.ability ?? ""
            minutes += core.minutes
            return "| [\(number) \(core.title)](\(path.dropFirst("Lessons/".count))) "
                + "| \(core.minutes) | \(ability) |"
        }
        return ["| lesson | minutes | afterwards you can |", "|---|---|---|"] + rows
            + ["| | \(minutes) | |"]
    }
}
