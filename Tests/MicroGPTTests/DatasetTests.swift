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

    /// What CPython's `[l.strip() for l in open(f).read().strip().split('\n') if l.strip()]` gives;
    /// but for a byte order mark, which stays in Python.
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
            testDescription: "a byte order mark at the beginning, and only there",
            text: "\u{FEFF} emma\n\u{FEFF}ava", documents: ["emma", "\u{FEFF}ava"]),
        Text(testDescription: "one character", text: "a", documents: ["a"]),
    ]

    @Test("lines are read as in Python", arguments: texts)
    func read(_ text: Text) throws {
        try withFile(Array(text.text.utf8)) { path in
            let documents = try readDocuments(path)
            #expect(documents.map { Array($0.utf8) } == text.documents.map { Array($0.utf8) })
        }
    }

    @Test func `a byte order mark is spoken of`() throws {
        for (text, count) in [("\u{FEFF}emma", 1), ("emma\n\u{FEFF}ava", 0)] {
            try withFile(Array(text.utf8)) { path in
                var notes: [String] = []
                _ = try readDocuments(path) { notes.append($0) }
                #expect(notes.count == count)
                #expect(
                    notes.allSatisfy {
                        $0 == "\(path): the byte order mark at its beginning is left out"
                    })
            }
        }
    }

    @Test func `a file may have 256 MB, and a device has no end`() throws {
        try withFile([]) { path in
            // A file with holes takes no room, and its zeros are characters.
            #expect(truncate(path, off_t(namesFileLimit + 1)) == 0)
            for path in [path, "/dev/zero"] {
                #expect(
                    throws: UserError("\(path): more than 256000000 bytes; use a part of it")
                ) { try readDocuments(path) }
            }
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

@Suite struct NamesFuzz {
    /// The documents in the order in which the definition says it, one character after another.
    private func plainlyRead(_ text: String) -> [String] {
        func isSpace(_ c: Unicode.Scalar) -> Bool {
            c.properties.isWhitespace || (0x1C...0x1F).contains(c.value)
        }
        let scalars = text.unicodeScalars.drop { _ in false }
        return (scalars.first == "\u{FEFF}" ? scalars.dropFirst() : scalars)
            .split { $0 == "\n" || $0 == "\r" }
            .compactMap { line in
                line.firstIndex { !isSpace($0) }.map { start in
                    let end = line.lastIndex { !isSpace($0) } ?? start
                    return String(line[start...end])
                }
            }
    }

    /// The line of the first byte that a decoder that repairs would change.
    private func firstDamagedLine(_ bytes: [UInt8]) -> Int? {
        let bytes = bytes + [0x0A]  // a character that is cut off at the end is damaged, too
        let place = zip(bytes.indices, String(decoding: bytes, as: UTF8.self).utf8)
            .first { bytes[$0] != $1 }?.0
        return place.map { place in bytes[..<place].count { $0 == 0x0A } + 1 }
    }

    @Test func `any bytes are the documents that Python finds, or an error with the line`() throws {
        var damaged = 0
        let tries = try Fuzz.run(atLeast: 300) { seed, generator in
            var bytes: [UInt8] = Bool.random(using: &generator) ? [] : [0xEF, 0xBB, 0xBF]
            for _ in 0..<Int.random(in: 0...12, using: &generator) {
                switch Int.random(in: 0..<8, using: &generator) {
                case 0: bytes += [0x0D, 0x0A]
                case 1: bytes += Array(" \t\u{A0}\u{2003}\u{1F}\u{200B}".utf8)
                case 2 where seed.isMultiple(of: 2):
                    bytes.append(.random(in: 0...255, using: &generator))
                case 3 where seed.isMultiple(of: 3): bytes += Array("小é👩".utf8).dropLast(2)
                case 4: bytes += Array("emma\n".utf8)
                default: bytes += Array(generator.hostileText().utf8)
                }
            }
            try withFile(bytes) { path in
                if let line = firstDamagedLine(bytes) {
                    damaged += 1
                    let error = UserError(
                        "\(path), line \(line): not UTF-8; save the file as UTF-8 text")
                    #expect(throws: error, "FUZZ_SEED=\(seed)") { try readDocuments(path) }
                    return
                }
                let expected = plainlyRead(String(decoding: bytes, as: UTF8.self))
                guard !expected.isEmpty else {
                    #expect(throws: UserError.self, "FUZZ_SEED=\(seed)") { try readDocuments(path) }
                    return
                }
                let documents = try readDocuments(path)
                #expect(
                    documents.map { Array($0.utf8) } == expected.map { Array($0.utf8) },
                    "FUZZ_SEED=\(seed)")
                let characters = Tokenizer(documents: [alphabet(of: documents)]).characters
                #expect(characters == Tokenizer(documents: documents).characters)
            }
        }
        #expect(damaged > tries / 20 && damaged < tries / 2, "\(damaged) of \(tries)")
    }
}
