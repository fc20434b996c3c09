// The six stages in which microgpt.py grew: what `swift run -c release stage 3` runs. Each is a file in
// Lessons/stages and a module of its own, so that each can call its model as it likes.
//
//     stage [0 to 5] [a file of names]
import Foundation
import Stage0
import Stage1
import Stage2
import Stage3
import Stage4
import Stage5

let stages = [Stage0.run, Stage1.run, Stage2.run, Stage3.run, Stage4.run, Stage5.run]

let arguments = CommandLine.arguments.dropFirst()
let path = arguments.dropFirst().first ?? "names.txt"
guard let stage = arguments.first.flatMap(Int.init), stages.indices.contains(stage),
    arguments.count <= 2
else {
    let given = arguments.isEmpty ? "" : "not \(arguments.joined(separator: " ")); "
    exit("\(given)it takes a stage from 0 to 5, and a file of names")
}
guard let file = FileManager.default.contents(atPath: path),
    let text = String(validating: file, as: UTF8.self)
else { exit("no file of UTF-8 text: \(path) in \(FileManager.default.currentDirectoryPath)") }
let names = lines(of: text)
if names.isEmpty { exit("no names in \(path); it should have one a line") }
stages[stage](names)

/// The lines of a text as Python reads them, without the white space around each.
func lines(of text: String) -> [String] {
    func isSpace(_ c: Unicode.Scalar) -> Bool {
        c.properties.isWhitespace || ("\u{1C}"..."\u{1F}").contains(c)
    }
    return text.unicodeScalars.split { $0 == "\n" || $0 == "\r" }.compactMap { line in
        guard let start = line.firstIndex(where: { !isSpace($0) }) else { return nil }
        return line.lastIndex { !isSpace($0) }.map { end in String(line[start...end]) }
    }
}

/// Ends with a line on standard error.
func exit(_ message: String) -> Never {
    FileHandle.standardError.write(Data("stage: \(message)\n".utf8))
    exit(1)
}
