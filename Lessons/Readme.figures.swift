import Foundation
import Inspection
import MicroGPT

extension Figures {
    static let readme: [String: Figure] = [
        "presets": presets,
        "temperature": { [String(Config.lesson.temperature)] },
        "numSteps": { [String(Config.lesson.numSteps)] },
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
