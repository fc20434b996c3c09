import Inspection
import MicroGPT
import PythonRandom
import TestSupport
import Testing

@Suite struct VisibleTextTests {
    @Test func `what does something where it is shown is replaced by its code`() {
        // In a loop: the arguments of a test are printed, and would do what they do.
        for (text, expected) in [
            ("emma", "emma"), ("", ""), ("Ωμέγα 小明 👩‍🚀 zoe\u{301} \u{645}\u{200C}\u{62E}", nil),
            ("a\u{1B}[31mb", "a<U+001B>[31mb"), ("\u{9B}2J\u{7F}\0", "<U+009B>2J<U+007F><U+0000>"),
            ("a\nb\tc\rd", "a<U+000A>b<U+0009>c<U+000D>d"),
            ("\u{202E}a\u{2066}\u{200F}", "<U+202E>a<U+2066><U+200F>"),
            ("\u{600}\u{1B}\u{301}", "\u{600}<U+001B>\u{301}"), ("\u{2028}", "<U+2028>"),
        ] {
            #expect(Array(text.harmless().utf8) == Array((expected ?? text).utf8))
        }
    }

    @Test func `line ends and tabs may be kept`() {
        #expect("a\n\tb\r\n\u{1B}".harmless(keeping: "\n\t") == "a\n\tb<U+000D>\n<U+001B>")
    }

    /// The four code points that Unicode Standard Annex 9 calls explicit and implicit marks, and the
    /// control characters of ISO 6429, by their numbers.
    @Test func `no scalar at all is left that moves a cursor or turns text round`() {
        var harmful = Set<UInt32>()
        for value in UInt32(0)...0x10FFFF {
            guard let c = Unicode.Scalar(value) else { continue }
            if String(c).harmless() != String(c) { harmful.insert(value) }
        }
        let ranges: [ClosedRange<UInt32>] = [
            0...0x1F, 0x7F...0x9F, 0x61C...0x61C, 0x200E...0x200F, 0x2028...0x2029, 0x202A...0x202E,
            0x2066...0x2069, 0xFDD0...0xFDEF,
        ]
        let ends = (UInt32(0)...16).flatMap { [$0 << 16 | 0xFFFE, $0 << 16 | 0xFFFF] }
        #expect(harmful == Set(ranges.joined()).union(ends))
    }
}

/// Every picture of this module, with names that try to be more than text.
@Suite struct PictureFuzz {
    /// What tests expect of a picture beside another one of the same shape with harmless names.
    private func expectSame(_ a: Picture, _ b: Picture, _ seed: UInt64) {
        #expect(a.elements.map(\.name) == b.elements.map(\.name), "FUZZ_SEED=\(seed)")
        #expect(a.elements.map(\.attributes) == b.elements.map(\.attributes), "FUZZ_SEED=\(seed)")
    }

    @Test func `attention: hostile names add nothing to it but text`() throws {
        var config = Config.lesson
        (config.nEmbd, config.nHead, config.blockSize) = (2, 1, 4)
        func picture(of name: String) throws -> Picture {
            var rng = PythonRandom(seed: 1)
            let gpt = GPT(config, Tokenizer(documents: [name]), &rng)
            return Picture(AttentionMap(try ForwardTrace(of: name, by: gpt)).svg.description)
        }
        try Fuzz.run(atLeast: 1000) { seed, generator in
            let name = generator.hostileText()
            // The same ids as letters.
            let tokenizer = Tokenizer(documents: [name])
            let letters = tokenizer.encode(name).dropFirst().dropLast()
                .compactMap { Unicode.Scalar(0x100 + UInt32($0)) }
            let plain = try picture(of: String(String.UnicodeScalarView(letters)))
            expectSame(try picture(of: name), plain, seed)
        }
    }

    @Test func `embeddings: hostile characters are shown, and nothing else comes of them`() throws {
        var config = Config.lesson
        (config.nEmbd, config.nHead) = (2, 1)
        Fuzz.run(atLeast: 1000) { seed, generator in
            var rng = PythonRandom(seed: 1)
            let tokenizer = Tokenizer(documents: [generator.hostileText()])
            let map = EmbeddingMap(of: GPT(config, tokenizer, &rng))
            let picture = Picture(map.picture().description)
            let names = tokenizer.characters.map(\.visibleName) + ["BOS"]
            #expect(
                picture.texts.suffix(names.count).sorted() == names.sorted(), "FUZZ_SEED=\(seed)")
            let kinds = ["vowel", "consonant", "other letter", "BOS and others"]
            let shapes = picture.elements.count { $0.name == "circle" || $0.name == "rect" }
            #expect(shapes == 1 + names.count + picture.texts.count(where: kinds.contains))
            #expect(map.table.harmless(keeping: "\n") == map.table)
        }
    }

    @Test func `losses: a hostile name of a curve is the curve's name`() {
        func plot(of name: String) -> Picture {
            Picture(lossPlot([LossCurve(name: name, losses: [3, 2])], vocabSize: 27).description)
        }
        Fuzz.run(atLeast: 1000) { seed, generator in
            let name = generator.hostileText()
            let (picture, text) = (plot(of: name), name.harmless())
            // As long, since names have as much room as they need.
            expectSame(picture, plot(of: String(repeating: "a", count: text.count)), seed)
            #expect(
                picture.texts.contains { Array($0.utf8) == Array(text.utf8) }, "FUZZ_SEED=\(seed)")
        }
    }

    @Test func `graphs: a hostile label is a label, in the picture and for Graphviz`() throws {
        let line =
            #/ {4}(v\d+ \[shape=record, label="\{ ((?:[^"{}|<>\\ ]|\\[n{}|<>"\\ ])*) \| data [-0-9.]+ \| grad [0-9.]+ \}", style=filled, fillcolor="#[0-9a-f]+"\]|o0 \[label="\+"\]|o0 -> v0|v\d -> o0)/#
            .matchingSemantics(.unicodeScalar)
        try Fuzz.run(atLeast: 1000) { seed, generator in
            let (name, title) = (generator.hostileText(), generator.hostileText())
            let value = Value(1, label: name) + Value(2, label: "b")
            value.label = "c"
            let picture = Picture(try graphPicture(of: value, title: title).description)
            #expect(picture.elements.count { $0.name == "rect" } == 10, "FUZZ_SEED=\(seed)")
            #expect(Array(picture.title.utf8) == Array(title.harmless().utf8), "FUZZ_SEED=\(seed)")
            #expect(
                picture.texts.contains { Array($0.utf8) == Array(name.harmless().utf8) },
                "FUZZ_SEED=\(seed)")
            let lines = try graphviz(of: value).unicodeScalars
                .split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
            #expect(lines.count == 12, "FUZZ_SEED=\(seed)")
            for text in lines.dropFirst(3).dropLast(2) {
                #expect(text.wholeMatch(of: line) != nil, "FUZZ_SEED=\(seed): \(text)")
            }
        }
    }
}
