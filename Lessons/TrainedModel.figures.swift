import Course
import Foundation
import Inspection
import MicroGPT

/// The model of the `lesson` preset after its training on names.txt, which many lessons look at.
/// This command trains it once, in a process of its own.
package enum TrainedModel {
    private static let folder = FileManager.default.temporaryDirectory
        .appending(path: "microgpt-lessons-\(UUID().uuidString)")

    /// The checkpoint, and what the training printed.
    package static let run: Result<(checkpoint: String, output: String), any Error> = Result {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: "model.safetensors").path
        return (file, try Shell.output(of: "lab train --save '\(file)'"))
    }

    /// The `gist` preset trained for 20,000 steps, in whose heads there is more to be seen. A debug build
    /// would need minutes for it, so it is kept; a release test makes it again.
    package static let longer = "Lessons/4-attention/longer.safetensors"

    /// A model of its own for each caller, who may change it.
    package static func load() throws -> GPT {
        try Checkpoint(contentsOf: run.get().checkpoint).gpt
    }

    /// Removes the checkpoint, if there was a training.
    package static func remove() {
        try? FileManager.default.removeItem(at: folder)
    }
}
