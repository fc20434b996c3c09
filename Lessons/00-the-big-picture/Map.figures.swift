import Course
import Foundation
import MicroGPT

/// The map of the course: for each lesson, what its text says of itself, and what it is good for.
extension Figures {
    static let map: [String: Figure] = [
        "map00": { try map(of: "00") },
        "map01": { try map(of: "01") },
        "map02": { try map(of: "02") },
        "map03": { try map(of: "03") },
        "map04": { try map(of: "04") },
        "map05": { try map(of: "05") },
        "map7": { try map(of: "7") },
        "map8": { try map(of: "8") },
        "map9": { try map(of: "9") },
    ]

    /// What readers can do after each lesson.
    private static let abilities = [
        "00-01": "say what a language model computes, and how bad a pure guess is",
        "00-02": "find every part of a GPT in the single file",
        "01-01": "say what the model learns from, and what it can never learn from it",
        "01-02": "turn a name into ids and back, and say what a character is",
        "01-03": "count the predictions in a name, and say who begins and who ends it",
        "02-01": "say which way to turn a knob, and by how much the loss will answer",
        "02-02": "differentiate any composition of functions by hand",
        "02-03": "write a number that knows the derivative of its own operation",
        "02-04": "draw the graph that an expression leaves behind, and order it",
        "02-05": "write `backward()`, and say why no other order will do",
        "02-06": "say when gradients add up, and when they must be zeroed",
        "02-07": "check any gradient without trusting anybody",
        "02-08": "walk and free a graph of a million nodes on a small stack",
        "03-01": "count the parameters of any GPT, and look up an embedding",
        "03-02": "multiply a matrix by a vector, and say why `dot` is one node",
        "03-03": "turn any numbers into probabilities, and never overflow",
        "03-04": "say what each norm averages over what",
        "03-05": "compute one head of attention by hand",
        "03-06": "cut 16 numbers into 4 heads of 4, and count what that saves",
        "03-07": "say why deep networks learn at all, and measure it",
        "03-08": "say what half of the parameters do",
        "03-09": "follow a token from its id to 27 logits",
        "03-10": "say why nothing can look ahead, and what is never computed twice",
        "04-01": "read a loss curve, and know what it does not say",
        "04-02": "compute the loss of a name, and say where it starts and why",
        "04-03": "say which parameters hear of a mistake, and how loudly",
        "04-04": "move parameters downhill, and choose how far",
        "04-05": "write Adam, and work out its bias correction",
        "04-06": "say why the steps get smaller, and write two ways for it",
        "04-07": "write the step that is all of training",
        "05-01": "make the model write, one token at a time",
        "05-02": "turn the temperature, and draw with the right chances",
        "05-03": "tell the whole story from a text file to a new name",
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

    /// - Parameter part: the number of a part, whose lessons are folders, or of a module of texts.
    private static func map(of part: String) throws -> [String] {
        let rows = try LessonChecker.texts().compactMap { path -> String? in
            let form = /Lessons\/((\d+)-[^\/]+\/(\d+)-[^\/]+(\/lesson)?\.md)/
            guard let match = path.wholeMatch(of: form), match.2 == part else { return nil }
            let text = try String(contentsOfFile: path, encoding: .utf8)
            let lesson = Lesson(text)
            let title = lesson.headings.first?.title ?? path
            let ability = abilities["\(part)-\(match.3)"] ?? ""
            return "| [\(title)](\(match.1)) | \(minutes(toRead: text)) | "
                + "\(lines(quotedIn: lesson)) | \(ability) |"
        }
        return ["| lesson | minutes | MicroGPT.swift | afterwards you can |", "|---|---|---|---|"]
            + rows
    }

    /// At 100 words a minute, code and tables and all, in steps of 5: slow, for one reads twice.
    private static func minutes(toRead text: String) -> Int {
        let words = text.split { $0 == " " || $0 == "\n" }
            .count { $0.contains { $0.isLetter || $0.isNumber } }
        return (words + 499) / 500 * 5
    }

    /// The lines of the single file that a lesson quotes, as in "294-299, 310".
    private static func lines(quotedIn lesson: Lesson) -> String {
        var lines: Set<Int> = []
        for part in lesson.parts {
            guard case .block(let info) = part.kind,
                let match = info.wholeMatch(
                    of: /swift Sources\/MicroGPT\/MicroGPT.swift:(\d+)-(\d+)/),
                let first = Int(match.1), let last = Int(match.2), first <= last
            else { continue }
            lines.formUnion(first...last)
        }
        let starts = lines.filter { !lines.contains($0 - 1) }.sorted()
        if starts.isEmpty { return "–" }
        return starts.map { start in
            let end = (start...).first { !lines.contains($0 + 1) } ?? start
            return start == end ? "\(start)" : "\(start)-\(end)"
        }.joined(separator: ", ")
    }
}
