import Beyond
import Foundation
import Inspection
import MicroGPT

// Of the translator of numbers in Tests/Fixtures. Tests in release builds train it again, and
// compare it to the last bit.

extension Figures {
    static let beyondTranslation: [String: Figure] = [
        "translationMistakes": translationMistakes, "fixedSources": fixedSources,
    ]
    static let beyondTranslationPictures: [String: Picture] = ["whoReadsWhat": whoReadsWhat]

    private static func translator() throws -> NumberTranslator {
        try NumberTranslator(contentsOf: "Tests/Fixtures/numbers.safetensors")
    }

    /// A translation above its source: from each letter that is written a line to each that it was read from, the
    /// thicker, the more attention its heads paid on average.
    @Sendable private static func whoReadsWhat() throws -> SVG {
        let look = try CrossAttention("forty two", translator().model)
        var svg = SVG(
            height: 250, title: "Each letter that it writes, and those that it reads for it",
            summary:
                "quarante-deux stands above forty two. Lines fan out from quarante to forty and from "
                + "deux to two.")
        func x(_ i: Int, of count: Int) -> Double {
            240 + 34 * (Double(i) - Double(count - 1) / 2)
        }
        let (written, read) = (look.targetTokens.dropLast(), look.sourceTokens)
        for t in written.indices {
            for s in read.indices {
                let share = mean(look.weights.map { $0[t][s] })
                if share < 0.08 { continue }
                svg.polyline(
                    [(x(t, of: written.count), 86), (x(s, of: read.count), 196)],
                    stroke: t < 8 ? .second : .accent, width: 12 * share, opacity: 0.6)
            }
        }
        for (tokens, y) in [(Array(written), 76.0), (read, 220)] {
            for (i, token) in tokens.enumerated() {
                svg.text(
                    token, x: x(i, of: tokens.count), y: y, size: 24, anchor: .middle, bold: true)
            }
        }
        return svg
    }

    /// The lowest and the highest mean loss of three numbers where the source is always the same.
    private static func fixedSources() throws -> [String] {
        let model = try translator().model
        let losses = try stride(from: 10, through: 100, by: 10).map { fixed in
            let source = try model.sourceIDs(englishWords(fixed))
            return mean(
                try [42, 71, 99].map { number in
                    model.loss(source: source, target: try model.targetIDs(frenchWords(number)))
                        .data
                })
        }
        return [losses.min(), losses.max()].compactMap { $0 }.map { places($0, 2) }
    }

    /// The trained model, used in wrong ways.
    private static func translationMistakes() throws -> [String] {
        let model = try translator().model
        let numbers = [42, 71, 99]
        func row(_ name: String, start: Int, _ encode: ([Int]) -> [[Value]]) throws -> [String] {
            func logits(_ number: Int, _ next: (Int, [Double]) -> Int?) throws {
                var memory = model.memory(of: encode(try model.sourceIDs(englishWords(number))))
                var tokenID = start
                for posID in 0..<model.config.blockSize {
                    let logits = model.decode(tokenID: tokenID, posID: posID, memory: &memory)
                    guard let next = next(posID, softmax(logits).map(\.data)) else { return }
                    tokenID = next
                }
            }
            var losses: [Double] = []
            for number in numbers {
                let target = try model.targetIDs(frenchWords(number))
                try logits(number) { posID, probs in
                    losses.append(-log(probs[target[posID]]) / Double(target.count))
                    return posID + 1 < target.count ? target[posID] : nil
                }
            }
            var text = String.UnicodeScalarView()
            try logits(42) { _, probs in
                let best = probs.indices.max { probs[$0] < probs[$1] } ?? model.end
                if best == model.end { return nil }
                text.append(model.target.characters[best])
                return best
            }
            return [name, String(text), places(losses.reduce(0, +) / Double(numbers.count))]
        }
        /// The encoder with a mask: each position sees those before it only.
        func masked(_ source: [Int]) -> [[Value]] {
            source.indices.compactMap { model.encode(Array(source[...$0])).last }
        }
        return table(
            ["", "\"forty two\"", "mean loss of 42, 71 and 99"],
            [
                try row("as trained", start: model.start, model.encode),
                try row("the encoder is masked, too", start: model.start, masked),
                try row("END where START should be", start: model.end, model.encode),
                try row("the source is always \"one\"", start: model.start) { _ in
                    model.encode((try? model.sourceIDs("one")) ?? [])
                },
            ])
    }
}
