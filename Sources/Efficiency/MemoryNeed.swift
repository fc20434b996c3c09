import Foundation
import Inspection
import MicroGPT

/// About how much memory a training takes: one rule for all engines, and for the single file.
///
/// A test compares it with what is measured: it is not less, and at most two and a half times as
/// much, but for 4 MB.
public struct MemoryNeed {
    private let rung: Rung?
    private let config: Config
    private let vocabSize, batch, threads, positions: Int

    /// - Parameters:
    ///   - rung: nil for the single file itself.
    ///   - batch: how many documents a step takes.
    ///   - longest: how many tokens the longest of them has, with BOS at both ends.
    public init(
        _ rung: Rung?, _ config: Config, vocabSize: Int, batch: Int = 1, threads: Int = 1,
        longest: Int
    ) {
        (self.rung, self.config, self.vocabSize) = (rung, config, vocabSize)
        (self.batch, self.threads) = (batch, threads)
        positions = min(config.blockSize, longest - 1)
    }

    /// In bytes, of the model itself: an object for each parameter, in two lists.
    public static func ofModel(_ config: Config, vocabSize: Int) -> Double {
        150 * Double(config.paramCount(vocabSize: vocabSize))
    }

    /// In bytes, beside the model.
    public var bytes: Double {
        let params = Double(config.paramCount(vocabSize: vocabSize))
        // Engines of objects have a model of their own. A number of a graph is an object with its
        // lists, and one of its places in the order of `backward()`; Adam has two more a parameter.
        let model = Self.ofModel(config, vocabSize: vocabSize)
        return switch rung {
        case nil: 24 * params + 230 * numbers + 32 * products
        case .scalars: model + 24 * params + 230 * (numbers + 2 * products)
        case .file: model + 24 * params + 230 * numbers + 32 * products
        case .dots: model + 24 * params + 190 * numbers
        // While buffers grow, the smaller ones are there, too.
        case .tape: 77 * params + 3 * Double(Tape.bytesPerNumber) * numbers
        case .arrays:
            48 * params
                + Arrays.activationBytes(config, vocabSize: vocabSize, positions: positions)
        case .simd:
            8 * params
                + Double(3 + 2 * threads) * Vectors.parameterBytes(config, vocabSize: vocabSize)
                + Double(min(threads, batch))
                * Vectors.activationBytes(
                    config, vocabSize: vocabSize, documents: (batch + threads - 1) / threads,
                    positions: positions)
        }
    }

    /// The numbers that are made of the parameters for a document, if a dot product is one number.
    package var numbers: Double {
        let (n, heads, layers) = (Double(config.nEmbd), Double(config.nHead), Double(config.nLayer))
        let length = Double(positions)
        let ofPosition = 2 * n + 10 + 3 * Double(vocabSize) + layers * (22 * n + 8 + heads)
        return length * ofPosition + 3 * length * (length + 1) * heads * layers + 2
    }

    /// The products of which these sums are.
    private var products: Double {
        Double(config.multiplyAdds(tokenCount: positions + 1, vocabSize: vocabSize)) / 3
    }

    /// - Parameter needs: of what is in memory at the same time, beside the model.
    /// - Throws: `UserError` if that is more than there is.
    public static func expectRoom(
        for needs: [MemoryNeed], _ config: Config, vocabSize: Int,
        in memory: (bytes: Double, what: String) = Machine.memory
    ) throws(UserError) {
        func gigabytes(_ bytes: Double) -> String { String(format: "%.1f GB", bytes / 1e9) }
        func bytes(_ needs: [MemoryNeed]) -> Double {
            needs.reduce(ofModel(config, vocabSize: vocabSize)) { $0 + $1.bytes }
        }
        let needed = bytes(needs)
        if needed <= memory.bytes { return }
        // Shorter documents, as a smaller context makes them.
        let longest = needs.map(\.positions).max() ?? 0
        let contexts = sequence(first: longest / 2) { $0 / 2 }.prefix { $0 > 0 }
        let context = contexts.first { c in bytes(needs.map { $0.cut(to: c) }) <= memory.bytes }
        throw UserError(
            "this would take about \(gigabytes(needed)) of memory, and \(memory.what) "
                + "\(gigabytes(memory.bytes)); try "
                + (context.map { "--context \($0)" } ?? "a smaller model, or fewer at a time"))
    }

    private func cut(to context: Int) -> MemoryNeed {
        var config = config
        config.blockSize = context
        return MemoryNeed(
            rung, config, vocabSize: vocabSize, batch: batch, threads: threads,
            longest: context + 1)
    }
}
