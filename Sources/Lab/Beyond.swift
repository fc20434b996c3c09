import ArgumentParser

struct BeyondCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "beyond",
        abstract: "Run what the Transformer and its training have beyond microgpt.py.",
        discussion: """
            Each idea is one file in Sources/Beyond and one lesson in Lessons/08-beyond.

              lab beyond --help
            """,
        subcommands: [
            BeyondHeads.self, BeyondNorms.self, BeyondDepth.self, BeyondDropout.self,
            BeyondPositions.self, BeyondFeedForward.self, Translate.self, BeyondAssistant.self,
            Scale.self,
        ])
}
