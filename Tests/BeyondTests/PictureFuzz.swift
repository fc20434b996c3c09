import Beyond
import MicroGPT
import PythonRandom
import TestSupport
import Testing

/// Pictures with names that try to be more than text.
@Suite struct PictureFuzz {
    @Test func `translations: hostile texts are shown, letter by letter`() throws {
        var config = Config.gist
        (config.nEmbd, config.nHead, config.blockSize) = (2, 1, 4)
        try Fuzz.run(atLeast: 1000) { seed, generator in
            // No more than four scalars, since there is a row or a column for each.
            let texts = [generator.hostileText(), generator.hostileText()].map {
                String($0.unicodeScalars.prefix(4))
            }
            var rng = PythonRandom(seed: seed)
            let model = try EncoderDecoder(
                config, source: Tokenizer(documents: [texts[0]]),
                target: Tokenizer(documents: [texts[1]]), &rng)
            let look = try CrossAttention(texts[0], model)
            let (rows, columns) = (look.targetTokens.count, look.sourceTokens.count)
            var expected = ["svg", "desc", "style", "rect", "text", "text"]
            expected += Array(repeating: "text", count: columns)
            for _ in 0..<rows {
                expected.append("text")
                for _ in 0..<columns { expected += ["rect", "text"] }
                expected.append("rect")
            }
            expected.append("text")
            let elements = Picture(look.svg.description).elements.map(\.name)
            #expect(elements.filter { $0 != "title" } == expected, "FUZZ_SEED=\(seed)")
        }
    }

    @Test func `numbers that are none are no crash in a translation's picture`() throws {
        let model = try EncoderDecoderTests.tinyModel()
        model.params[0].data = .nan
        let picture = Picture(try CrossAttention("abc", model).svg.description)
        #expect(picture.texts.contains("?"))
    }

    @Test func `depths: a hostile name of a design is its name`() {
        Fuzz.run(atLeast: 1000) { seed, generator in
            let name = generator.hostileText()
            let picture = Picture(depthPicture([(name, [[1, 2], [3]])]).description)
            let plain = Picture(depthPicture([("a", [[1, 2], [3]])]).description)
            #expect(picture.elements.map(\.name) == plain.elements.map(\.name))
            #expect(
                picture.elements.map(\.attributes) == plain.elements.map(\.attributes),
                "FUZZ_SEED=\(seed)")
        }
    }
}
