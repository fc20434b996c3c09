import Beyond
import Foundation
import Inspection
import MicroGPT

// Of the translator of numbers in Tests/Fixtures. Tests in release builds train it again, and
// compare it to the last bit.

extension Figures {
    static let beyondTranslation: [String: Figure] = [
        "translatorParams": { [grouped(try translator().model.params.count)] },
        "translatorSteps": { [grouped(NumberTranslator.config.numSteps)] },
        "translationScore": translationScore,
        "translationPairs": { [String(try translator().trained.count)] },
        "translationsWrong": translationsWrong,
        "translationDependence": translationDependence,
        "translationLooks": translationLooks,
        "translationMistakes": translationMistakes,
        "fixedSources": fixedSources,
    ]

    private static func translator() throws -> NumberTranslator {
        try NumberTranslator(contentsOf: "Tests/Fixtures/numbers.safetensors")
    }

    /// Of those held out: exact translations, characters in their place, characters.
    private static func translationScore() throws -> [String] {
        let translator = try translator()
        let score = try translator.score(translator.heldOut)
        return [score.exactTexts, score.rightCharacters, score.characters].map(String.init)
    }

    private static func translationsWrong() throws -> [String] {
        let translator = try translator()
        return table(
            ["held out", "translation", "right would be"],
            try translator.heldOut.compactMap { number in
                let (english, french) = (englishWords(number), frenchWords(number))
                let translation = try translator.model.translate(english)
                return translation == french ? nil : [english, translation, french]
            })
    }

    /// What changes in the logits, to the bit, if one character changes.
    private static func translationDependence() throws -> [String] {
        let model = try translator().model
        let (source, target) = (
            try model.sourceIDs("forty two"), try model.targetIDs("quarante-deux")
        )
        func changed(_ source: [Int], _ target: [Int]) -> [Bool] {
            zip(before, model.logits(source: source, target: target)).map { a, b in
                zip(a, b).contains { $0.data.bitPattern != $1.data.bitPattern }
            }
        }
        let before = model.logits(source: source, target: target)
        let other = changed(source, try model.targetIDs("quarante-dcux"))
        let place = 10  // of the "e" that became a "c"
        let otherSource = changed(try model.sourceIDs("forty twe"), target)
        func count(_ changes: ArraySlice<Bool>) -> String {
            "\(changes.count { $0 }) of \(changes.count) changed"
        }
        return table(
            ["other character", "logits up to its place", "logits after it"],
            [
                [
                    "the first \"e\" of \"deux\", in the target", count(other[...place]),
                    count(other[(place + 1)...]),
                ],
                ["the last of \"forty two\", in the source", count(otherSource[...]), ""],
            ])
    }

    /// How much the parts of a translation look at the words of the source.
    private static func translationLooks() throws -> [String] {
        let look = try CrossAttention("forty two", translator().model)
        let parts = [("quarante", 0..<8), ("-", 8..<9), ("deux", 9..<13), ("END", 13..<14)]
        let words = [("forty", 0..<5), ("two", 6..<9)]
        let heads = look.weights.indices
        return table(
            ["written"] + heads.flatMap { h in words.map { "head \(h): at \"\($0.0)\"" } },
            parts.map { part, rows in
                [part]
                    + heads.flatMap { h in
                        words.map { _, columns in
                            let shares = look.weights[h][rows].map { $0[columns].reduce(0, +) }
                            return places(mean(shares), 2)
                        }
                    }
            })
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
