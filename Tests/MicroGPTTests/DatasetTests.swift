import Foundation
import Inspection
import MicroGPT
import PythonRandom
import TestSupport
import Testing

@Suite struct DatasetTests {
    struct Text: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let text: String
        let documents: [String]
    }

    /// What CPython's `[l.strip() for l in open(f).read().strip().split('\n') if l.strip()]` gives.
    static let texts = [
        Text(testDescription: "plain lines", text: "emma\nava\n", documents: ["emma", "ava"]),
        Text(testDescription: "no last line end", text: "emma\nava", documents: ["emma", "ava"]),
        Text(testDescription: "CRLF", text: "emma\r\nava\r\n", documents: ["emma", "ava"]),
        Text(testDescription: "CR", text: "emma\rava\r", documents: ["emma", "ava"]),
        Text(
            testDescription: "empty lines and spaces", text: "\n\n  emma\t\n \u{A0}\n\nava  ",
            documents: ["emma", "ava"]),
        Text(
            testDescription: "white space that is Python's alone",
            text: "\u{1C}emma\u{1F}\n\u{85}ava\u{2028}\n\u{1D}\u{1E}", documents: ["emma", "ava"]),
        Text(
            testDescription: "what only looks like space or a line end",
            text: "\u{200B}emma\u{FEFF}\nan\u{2028}na\u{0B}x\u{0C}y",
            documents: ["\u{200B}emma\u{FEFF}", "an\u{2028}na\u{0B}x\u{0C}y"]),
        Text(testDescription: "two words", text: "anna maria\n", documents: ["anna maria"]),
        Text(
            testDescription: "a byte order mark stays", text: "\u{FEFF}emma",
            documents: ["\u{FEFF}emma"]),
        Text(testDescription: "one character", text: "a", documents: ["a"]),
    ]

    @Test("lines are read as in Python", arguments: texts)
    func read(_ text: Text) throws {
        try withFile(Array(text.text.utf8)) { path in
            let documents = try readDocuments(path)
            #expect(documents.map { Array($0.utf8) } == text.documents.map { Array($0.utf8) })
        }
    }

    @Test func `characters are Unicode scalars, sorted, with BOS last`() throws {
        // é as one scalar and as two, Greek, Chinese, an emoji of three scalars.
        let tokenizer = Tokenizer(documents: ["zo\u{E9}", "zoe\u{301}", "Ωμ", "小明", "👩‍🚀"])
        let expected: [UInt32] = [
            0x65, 0x6F, 0x7A, 0xE9, 0x301, 0x3A9, 0x3BC, 0x200D, 0x5C0F, 0x660E, 0x1F469, 0x1F680,
        ]
        #expect(tokenizer.characters.map(\.value) == expected)
        #expect(tokenizer.bos == 12 && tokenizer.vocabSize == 13)
        #expect(try tokenizer.tokens(of: "zo\u{E9}") == [12, 2, 1, 3, 12])
        #expect(try tokenizer.tokens(of: "zoe\u{301}") == [12, 2, 1, 0, 4, 12])
        #expect(try tokenizer.tokens(of: "👩‍🚀") == [12, 10, 7, 11, 12])
        #expect(try tokenizer.tokens(of: "") == [12, 12])
    }

    @Test func `an unknown character is named`() {
        let tokenizer = Tokenizer(documents: ["abc"])
        #expect(throws: UserError("\"abx!\": \"x\", \"!\" are not in the vocabulary (abc)")) {
            try tokenizer.tokens(of: "abx!")
        }
    }

    @Test func `other alphabets can be learned`() throws {
        let documents = ["小明", "小红", "大明", "Ωμέγα", "👩‍🚀"]
        var rng = PythonRandom(seed: 5)
        let gpt = GPT(ModelTests.tiny(), Tokenizer(documents: documents), &rng)
        var adam = Adam(paramCount: gpt.params.count)
        for step in 0..<20 { _ = try gpt.trainStep(documents[step % documents.count], &adam) }
        for _ in 0..<20 {
            let name = gpt.sample(temperature: 1, &rng)
            #expect(name.unicodeScalars.allSatisfy { gpt.tokenizer.characters.contains($0) })
        }
    }
}
