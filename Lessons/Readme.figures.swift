import Course
import Foundation
import Inspection
import MicroGPT

extension Figures {
    static let readme: [String: Figure] = [
        "presets": presets,
        "temperature": { [String(Config.lesson.temperature)] },
        "numSteps": { [String(Config.lesson.numSteps)] },
        "codeLines": {
            ["\(SourceFile.codeLines(try SourceFile.lines(of: SourceFile.single)[...]))"]
        },
        // What the loss of a guess among 27 tokens is, and e to its power.
        "lossOfAGuess": { [places(log(27))] },
        "choicesLeft": { [places(exp(log(27)), 0)] },
        "numSamples": { [String(Config.lesson.numSamples)] },
    ]

    /// Where the two published versions differ.
    @Sendable private static func presets() -> [String] {
        let (a, b) = (Config.lesson, Config.gist)
        func row(_ name: String, _ text: (Config) -> String) -> String {
            "| \(name) | \(text(a)) | \(text(b)) |"
        }
        return [
            "| | `lesson`, the first | `gist`, the final |", "|---|---|---|",
            row("context (`blockSize`)") { "\($0.blockSize)" },
            row("initial parameters") {
                "standard deviation \($0.initStd)"
                    + ($0.outputInitStd == 0 ? "; 0 for `attnWo` and `mlpFc2`" : "")
            },
            row("activation in the MLP") { $0.activation == .relu ? "relu(x)" : "relu(x)²" },
            row("learning rate") { "\($0.learningRate), \($0.schedule) schedule" },
            row("Adam's β₁ and β₂") { "\($0.beta1), \($0.beta2)" },
            row("steps") { "\($0.numSteps)" },
            row("parameters") { grouped($0.paramCount(vocabSize: 27)) },
        ]
    }
}

/// The files of this repository, as figures count their lines.
enum SourceFile {
    static let single = "Sources/MicroGPT/MicroGPT.swift"

    /// The lines of a file of this repository.
    static func lines(of file: String) throws -> [String] {
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
            throw UserError("\(file): cannot be read; run this in the folder of Package.swift")
        }
        return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// How many lines are code: neither blank nor a comment.
    static func codeLines(_ lines: ArraySlice<String>) -> Int { lines.count(where: isCode) }
}
