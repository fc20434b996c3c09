import Foundation
import Inspection
import MicroGPT
import TestSupport
import Testing

/// Damaged checkpoints by the thousand: each is an error of one short line, or exactly what was
/// saved.
@Suite struct CheckpointFuzz {
    /// The longest error, in bytes: the excerpts of two texts of a file at most, each of 60
    /// characters that take 10 bytes when they are escaped, and what is said of them.
    static let longestError = 1500
    /// The longest time for a mutant. One that is made in a moment is read in a moment; this leaves
    /// room for builds for debugging, sanitizers and other tests.
    static let longestTime = Duration.seconds(5)

    @Test func `bytes that change by accident are an error, or change nothing`() throws {
        let files = try Self.files()
        var (unchanged, errors) = (0, Set<String>())
        let tries = try Fuzz.run { seed, random in
            let file = Self.pick(files, &random)
            var mutant = [UInt8](file)
            for _ in 0...Int.random(in: 0..<3, using: &random) {
                Self.changeBytes(&mutant, &random)
            }
            guard let loaded = Self.load(mutant, seed, &errors) else { return }
            unchanged += 1
            let again = try loaded.encoded()
            #expect(again == file, "seed \(seed)")
        }
        print("checkpoints with changed bytes: \(tries), \(unchanged) with nothing changed")
        #expect(tries < 500 || errors.count > 20, "\(errors.count) kinds of errors")
    }

    /// What no accident does: the checksum is made anew, or left out. What then loads says, when it
    /// is written again, what the file said.
    @Test func `metadata and tensors that are edited are an error, or what they say`() throws {
        let files = try Self.files().map { try Safetensors($0) }
        var (loadable, errors) = (0, Set<String>())
        let tries = try Fuzz.run { seed, random in
            var file = Self.pick(files, &random)
            for _ in 0...Int.random(in: 0..<2, using: &random) { Self.edit(&file, &random) }
            let mutant = try file.encoded()
            guard let loaded = Self.load([UInt8](mutant), seed, &errors) else { return }
            loadable += 1
            let again = try Safetensors(loaded.encoded())
            #expect(again.metadata == file.metadata, "seed \(seed)")
            let (a, b) = (Self.byName(again), Self.byName(file))
            #expect(a.keys == b.keys && a == b, "seed \(seed)")
        }
        print("edited checkpoints: \(tries), \(loadable) that load")
        #expect(tries < 500 || errors.count > 20 && loadable > 5, "\(errors.count), \(loadable)")
    }

    private static func byName(_ file: Safetensors) -> [String: [UInt64]] {
        Dictionary(
            uniqueKeysWithValues: file.tensors.map { name, tensor in
                ("\(name) \(tensor.rows)", tensor.values.map(\.bitPattern))
            })
    }

    private static func files() throws -> [Data] {
        let whole = try CheckpointTests.small(nEmbd: 2)
        var recipe = whole.recipe
        (recipe.name, recipe.batch, recipe.engine, recipe.threads) = ("ab", 3, "simd", 2)
        return try [
            whole,
            Checkpoint(
                preset: "gist", gpt: whole.gpt, loss: 1, training: whole.training, recipe: recipe),
            Checkpoint(preset: "gist", gpt: whole.gpt, loss: nil, training: nil),
        ].map { try $0.encoded() }
    }

    private static func load(
        _ mutant: [UInt8], _ seed: UInt64, _ errors: inout Set<String>
    ) -> Checkpoint? {
        let start = ContinuousClock.now
        defer { #expect(ContinuousClock.now - start < longestTime, "seed \(seed)") }
        do {
            return try Checkpoint(Data(mutant), named: "x")
        } catch {
            let text = error.description
            #expect(text.hasPrefix("x: ") && text.utf8.count < longestError, "seed \(seed)")
            let isOneLine = text.unicodeScalars.allSatisfy {
                $0.properties.generalCategory != .control
            }
            #expect(isOneLine, "seed \(seed): \(text)")
            errors.insert(String(text.prefix(30)))
            return nil
        }
    }

    // MARK: - Mutants

    private static let tokens =
        [
            "{", "}", "[", "]", "[[[[[[[[", "\"", ":", ",", "\\", "\\ud800", "\\u0000", "\u{0}",
            "\u{1B}",
            "é", "\u{600}", "-1", "+5", "0x10", "1e999", "nan", "null", "true", " ", "\n",
            "9223372036854775808", "18446744073709551615", String(repeating: "9", count: 400),
            String(repeating: "[", count: 20_000), String(repeating: "a", count: 100_000),
            "\"dtype\"", "\"__metadata__\":{", "\"checksum\":\"\"", "\"F32\"",
        ]

    private static func pick<T>(_ list: [T], _ random: inout SplitMix) -> T {
        list[Int.random(in: list.indices, using: &random)]
    }

    private static func changeBytes(_ bytes: inout [UInt8], _ random: inout SplitMix) {
        guard bytes.count > 8 else { return }
        let (count, length) = (bytes.count, Int(bytes[0]) | Int(bytes[1]) << 8)
        // Half of them in the header, where there is more to go wrong.
        let end = Bool.random(using: &random) ? min(8 + length, count) : count
        let place = Int.random(in: 0..<end, using: &random)
        let other = Int.random(in: 0..<end, using: &random)
        let range = min(place, other)..<max(place, other)
        switch Int.random(in: 0..<8, using: &random) {
        case 0, 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 2: bytes[place] = .random(in: 0...255, using: &random)
        case 3: bytes.insert(.random(in: 0...255, using: &random), at: place)
        case 4: bytes.removeSubrange(range)
        case 5: bytes.removeLast(count - place)
        case 6: bytes.insert(contentsOf: bytes[range], at: place)
        default: bytes.insert(contentsOf: pick(tokens, &random).utf8, at: place)
        }
        // With the right length of the header, what follows it is not cut off.
        let newLength = length + bytes.count - count
        if place >= 8 && bytes.count > 8 && newLength > 0 && Bool.random(using: &random) {
            for i in 0..<8 { bytes[i] = UInt8(truncatingIfNeeded: newLength >> (8 * i)) }
        }
    }

    private static func edit(_ file: inout Safetensors, _ random: inout SplitMix) {
        let key = pick(file.metadata.keys.sorted(), &random)
        let i = Int.random(in: file.tensors.indices, using: &random)
        let token = pick(tokens, &random)
        let text = file.metadata[key] ?? ""
        let tensor = file.tensors[i].tensor
        switch Int.random(in: 0..<12, using: &random) {
        case 0: file.metadata[key] = nil
        case 1: file.metadata[key] = token
        case 2: file.metadata[key] = text + token
        case 3: file.metadata[key] = token + text
        case 4: file.metadata[key] = pick(file.metadata.values.sorted(), &random)
        case 5: file.metadata[token] = text
        case 6: file.metadata[key] = "\(Int.random(in: -3...99, using: &random))"
        case 7 where !tensor.values.isEmpty:
            file.tensors[i].tensor.values[0] = Double(bitPattern: random.next())
        case 8: file.tensors[i].name = token
        case 9: file.tensors.remove(at: i)
        case 10:
            file.tensors[i].tensor = .init(
                rows: tensor.columns, columns: tensor.rows, values: tensor.values)
        default: file.tensors.append((token, .init(rows: 0, columns: 7, values: [])))
        }
        if file.tensors.isEmpty { file.tensors.append(("wte", tensor)) }
    }
}
