import Foundation
import Inspection
import MicroGPT

/// What a run of `lab bench` has measured.
public struct Ladder: MeasuredRecord, Sendable {
    /// Where it was measured.
    public struct Machine: Codable, Sendable {
        /// The processor's name, if the system tells.
        public var processor = Efficiency.Machine.processor
        /// How many threads can run at once.
        public var cores = Efficiency.Machine.cores

        /// This one.
        public init() {}
    }

    /// What was trained.
    public struct Model: Codable, Sendable {
        /// The preset, and the file that the names are from.
        public let preset, names: String
        /// The sizes: nLayer, nHead, nEmbd, blockSize, and how many parameters.
        public let layers, heads, embedding, context, parameters: Int

        /// A model by its preset and sizes.
        public init(
            preset: String, names: String, layers: Int, heads: Int, embedding: Int, context: Int,
            parameters: Int
        ) {
            (self.preset, self.names, self.layers) = (preset, names, layers)
            (self.heads, self.embedding) = (heads, embedding)
            (self.context, self.parameters) = (context, parameters)
        }
    }

    /// What was measured of a rung.
    public struct Row: Codable, Sendable {
        /// The rung of the ladder.
        public let rung: Rung
        /// How many documents a step takes, and how many threads share them.
        public let batch, threads: Int
        /// Microseconds for a document: half of the rounds were between the quartiles.
        public let median, lowerQuartile, upperQuartile: Double
        /// By how much the process grew for it, where that can be known.
        public let memoryBytes: Int?

        /// From the seconds that a document took.
        public init(
            _ rung: Rung, batch: Int, threads: Int, _ timing: Benchmark.Timing, memoryBytes: Int?
        ) {
            (self.rung, self.batch, self.threads) = (rung, batch, threads)
            (median, self.memoryBytes) = (timing.median * 1e6, memoryBytes)
            lowerQuartile = timing.quantile(0.25) * 1e6
            upperQuartile = timing.quantile(0.75) * 1e6
        }
    }

    /// How fast one core could be at best.
    public struct Limit: Codable, Sendable {
        /// What the mathematics needs, and what a core can do.
        public let multiplyAddsPerDocument, multiplyAddsPerSecond: Double

        /// From both counts.
        public init(multiplyAddsPerDocument: Double, multiplyAddsPerSecond: Double) {
            self.multiplyAddsPerDocument = multiplyAddsPerDocument
            self.multiplyAddsPerSecond = multiplyAddsPerSecond
        }

        /// For a document.
        public var microseconds: Double { multiplyAddsPerDocument / multiplyAddsPerSecond * 1e6 }
    }

    /// Where it was measured.
    public let machine: Machine
    /// What was trained.
    public let model: Model
    /// From the slowest rung to the fastest, the first of them at least.
    public let rows: [Row]
    /// What one core could do at best.
    public let limit: Limit
    /// How many times each rung was measured.
    public let rounds: Int

    /// On this machine.
    public init(model: Model, rows: [Row], limit: Limit, rounds: Int) {
        require(!rows.isEmpty, "a ladder without rungs")
        (self.model, self.rows, self.limit, self.rounds) = (model, rows, limit, rounds)
        machine = Machine()
    }
}
