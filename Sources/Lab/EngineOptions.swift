import ArgumentParser
import Efficiency
import Inspection
import MicroGPT

extension Rung: ExpressibleByArgument {}

/// The flags that let a rung of the ladder train.
struct EngineOptions: ParsableArguments {
    @Option(help: "Train with this rung of the ladder, see `lab help bench`. (default: tape)")
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

    @Flag(help: "Say which rung of the ladder trains.")
    var verbose = false

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
    /// - Parameter recipe: of a training that the session is to be like, or goes on with. The
    ///   engine takes the place of another one that gives the same bits.
    /// - Throws: `UserError` if there is no room in memory for that, or if it cannot be.
    func start(
        in session: inout Session, like recipe: Checkpoint.Recipe? = nil, from file: String = ""
    ) throws {
        let recorded = try recipe?.engine.map { name in
            guard let rung = Rung(rawValue: name), recipe?.threads == nil || rung.takesThreads
            else {
                throw UserError(
                    "\(file): its training was by an engine that is not here; train anew")
            }
            return rung
        }
        let rung = engine ?? recorded ?? .tape
        if verbose {
            Console().note(
                "trains with the rung \(rung.rawValue)"
                    + (rung.roundsAsSingleFile ? ", which has the bits of the single file" : ""))
        }
        try session.train(
            with: rung, batch: recipe?.batch ?? batch ?? rung.defaultBatch,
            threads: recipe?.threads ?? threads ?? 1)
    }
}

extension Rung {
    /// What a recipe says of it.
    var recorded: String? { roundsAsSingleFile ? nil : rawValue }
}
