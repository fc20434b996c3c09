import ArgumentParser
import Efficiency
import MicroGPT

extension Rung: ExpressibleByArgument {}

/// The flags that let a rung of the ladder train.
struct EngineOptions: ParsableArguments {
    @Option(help: "Train with this rung of the ladder, see `lab help bench`.")
    var engine: Rung?

    @Option(
        parsing: .unconditional,
        help: "With --engine: how many names a step takes. (default: 1, or 16 with simd)",
        transform: wholeNumber(1...65_536))
    var batch: Int?

    @Option(
        parsing: .unconditional,
        help: "With --engine simd: how many threads share the work. (default: 1)",
        transform: wholeNumber(1...1024))
    var threads: Int?

    func validate() throws {
        if let engine {
            if threads != nil && !engine.takesThreads {
                throw ValidationError("--engine \(engine.rawValue) works on one thread.")
            }
        } else if batch != nil || threads != nil {
            throw ValidationError(
                "--batch and --threads need --engine <engine>; the single file takes one name a step."
            )
        }
    }

    /// Lets the engine train a session, if there is one.
    ///
    /// - Throws: `UserError` if there is no room in memory for that, or if it cannot be.
    /// - Parameter resumed: the checkpoint that the session goes on from; its batch stays.
    func start(in session: inout Session, resumed: String? = nil) throws {
        if let engine {
            let batch = resumed == nil ? self.batch ?? engine.defaultBatch : session.batch
            try session.train(with: engine, batch: batch, threads: threads ?? 1)
        } else if let resumed, session.batch > 1 {
            throw UserError(
                "\(resumed): a step of its training takes \(session.batch) names, and of the single "
                    + "file one; go on with --engine arrays, say")
        } else {
            try session.expectRoom(for: [session.memoryNeed()])
        }
    }
}
