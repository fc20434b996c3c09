import Foundation
import Inspection
import MicroGPT

/// What a run of `lab bench` has measured.
public struct Ladder: Codable, Sendable {
    public struct Machine: Codable, Sendable {
        public var processor = Efficiency.Machine.processor
        public var cores = Efficiency.Machine.cores
    }

    public struct Model: Codable, Sendable {
        public let preset, names: String
        public let layers, heads, embedding, context, parameters: Int

        public init(
            preset: String, names: String, layers: Int, heads: Int, embedding: Int, context: Int,
            parameters: Int
        ) {
            (self.preset, self.names, self.layers) = (preset, names, layers)
            (self.heads, self.embedding) = (heads, embedding)
            (self.context, self.parameters) = (context, parameters)
        }
    }

    public struct Row: Codable, Sendable {
        public let rung: Rung
        public let batch, threads: Int
        // Microseconds for a document: half of the rounds were between the quartiles.
        public let median, lowerQuartile, upperQuartile: Double
        public let memoryBytes: Int?

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
        public let multiplyAddsPerDocument, multiplyAddsPerSecond: Double

        public init(multiplyAddsPerDocument: Double, multiplyAddsPerSecond: Double) {
            self.multiplyAddsPerDocument = multiplyAddsPerDocument
            self.multiplyAddsPerSecond = multiplyAddsPerSecond
        }

        /// For a document.
        public var microseconds: Double { multiplyAddsPerDocument / multiplyAddsPerSecond * 1e6 }
    }

    public let machine: Machine
    public let model: Model
    /// From the slowest rung to the fastest, the first of them at least.
    public let rows: [Row]
    public let limit: Limit
    public let rounds: Int

    /// On this machine.
    public init(model: Model, rows: [Row], limit: Limit, rounds: Int) {
        require(!rows.isEmpty, "a ladder without rungs")
        (self.model, self.rows, self.limit, self.rounds) = (model, rows, limit, rounds)
        machine = Machine()
    }

    /// - Parameter json: as `json` is.
    public init(json: Data) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        self = try decoder.decode(Self.self, from: json)
    }

    public var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            encoder.keyEncodingStrategy = .convertToSnakeCase
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }
}
