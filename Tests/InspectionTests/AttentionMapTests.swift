import Foundation
import Inspection
import MicroGPT
import PythonRandom
import TestSupport
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite struct AttentionMapTests {
    static func map(
        _ document: String, _ config: Config = .gist, layers: Int = 1, heads: Int = 4,
        documents: [String]? = nil
    ) throws -> AttentionMap {
        var config = config
        (config.nLayer, config.nHead) = (layers, heads)
        var rng = PythonRandom(seed: 42)
        let documents = try documents ?? readDocuments(Fixture.names)
        let gpt = GPT(config, Tokenizer(documents: documents), &rng)
        return AttentionMap(try ForwardTrace(of: document, by: gpt))
    }

    @Test func `a query has a weight for each key so far, and none for later ones`() throws {
        let map = try Self.map("emma", layers: 2, heads: 8)
        #expect(map.tokens == ["·", "e", "m", "m", "a"])
        #expect(map.weights.count == 2)
        #expect(map.weights.allSatisfy { $0.count == 8 })
        for head in map.weights.joined() { #expect(head.map(\.count) == [1, 2, 3, 4, 5]) }
    }

    @Test func `the weights of a query add up to 1`() throws {
        // A weight is off by a few units in its last place, 1e-16 at most, and there are 16.
        let tolerance = 1e-14
        let map = try Self.map("anastasiamariella", layers: 2, heads: 2)
        for row in map.weights.joined().joined() {
            #expect(abs(row.reduce(0, +) - 1) < tolerance)
            #expect(row.allSatisfy { $0 > 0 })
        }
    }

    @Test func `each head and each layer has its own map`() throws {
        let map = try Self.map("emma", layers: 2, heads: 4)
        let lastRows = map.weights.joined().map { $0[4] }
        #expect(Set(lastRows).count == 8)
    }

    /// Weights from 0 to 1 in a map that is easy to check by eye.
    static func sharpMap() throws -> AttentionMap {
        var rng = PythonRandom(seed: 42)
        let gpt = GPT(.gist, Tokenizer(documents: ["abc"]), &rng)
        for layer in gpt.layers {
            for w in (layer.attnWq + layer.attnWk).joined() { w.data *= 4 }
        }
        return AttentionMap(try ForwardTrace(of: "abcab", by: gpt))
    }

    @Test func `shades and tenths`() throws {
        #expect(
            try Self.sharpMap().text(inColour: false) + "\n"
                == Fixture.text("attention-shades.txt"))
    }

    @Test func `colours and tenths`() throws {
        let text = try Self.sharpMap().text(inColour: true)
        #expect(text + "\n" == (try Fixture.text("attention-colours.txt")))
        let plain = text.replacing(/\u{1B}\[[0-9;]*m/, with: "")
        let shades = try Self.sharpMap().text(inColour: false)
        #expect(plain == shades.replacing("██", with: "10").replacing(/[░▒▓█]/, with: " "))
    }

    @Test(arguments: [("matthew", 4), ("ab", 4), ("maximilian", 3), ("anastasiamariella", 2)])
    func `as many heads side by side as 80 columns hold`(_ name: String, _ count: Int) throws {
        let lines = try Self.map(name, heads: 4).text(inColour: false).split(separator: "\n")
        #expect(lines.allSatisfy { $0.count <= 80 })
        let first = try #require(lines.first { $0.hasPrefix("head 0") })
        #expect(first.split(separator: "head").count == count)
        for head in 0..<4 { #expect(lines.contains { $0.contains("head \(head)") }) }
    }

    @Test func `white space and control characters have signs, a name cut off dots`() throws {
        let map = try Self.map("a b\u{1}", .lesson, documents: ["a b\u{1}"])
        #expect(map.tokens == ["·", "a", "␣", "b", "\u{FFFD}"])
        let long = try Self.map("maximilian", .lesson)
        #expect(long.document == "maximil…")
    }

    @Test func `what is not a number is shown as such`() throws {
        var rng = PythonRandom(seed: 42)
        let gpt = GPT(.gist, Tokenizer(documents: ["a"]), &rng)
        gpt.wte[0][0].data = .nan
        let map = AttentionMap(try ForwardTrace(of: "a", by: gpt))
        #expect(map.text(inColour: true).contains("a  ? ?"))
        #expect(!map.svg.description.contains("nan\""))
    }

    // MARK: - As a picture

    @Test func `the picture is the same when drawn twice, and as it was`() throws {
        let svg = try Self.sharpMap().svg.description
        #expect(svg == (try Self.sharpMap().svg.description))
        try expectFixture(svg, "attention-sharp.svg")
    }

    @Test(arguments: [
        ("emma", 1, 4), ("a", 1, 1), ("emma", 2, 8), ("anastasiamariella", 1, 16), ("<&\">", 1, 2),
        ("a b\u{1}\t", 1, 2),
    ])
    func `the picture is sound XML, with all in its frame`(
        _ name: String, _ layers: Int, _ heads: Int
    ) throws {
        let documents = ["abcdefghijklmnopqrstuvwxyz", name]
        let map = try Self.map(name, layers: layers, heads: heads, documents: documents)
        let svg = map.svg
        Picture(svg.description).expectLegible()
        let reader = ElementReader()
        let parser = XMLParser(data: Data(svg.description.utf8))
        parser.delegate = reader
        #expect(parser.parse(), "\(String(describing: parser.parserError))")
        let n = map.tokens.count
        #expect(reader.cells == layers * heads * n * (n + 1) / 2)
        #expect(reader.texts.filter { $0.hasPrefix("head ") }.count == layers * heads)
        #expect(reader.texts.filter { $0.hasPrefix("layer ") }.count == layers)
        #expect(reader.right <= svg.width - 10 && reader.bottom <= svg.height - 10)
    }

    @Test func `a picture is written in whole or not at all`() throws {
        let svg = try Self.map("ab").svg
        try withFile(Array("before".utf8), named: "a.svg") { path in
            try svg.write(to: path)
            #expect(FileManager.default.contents(atPath: path) == Data(svg.description.utf8))
            let folder = URL(filePath: path).deletingLastPathComponent()
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.svg"])

            let link = folder.appending(path: "link.svg").path
            try Data("old".utf8).write(to: URL(filePath: path))
            try FileManager.default.createSymbolicLink(
                atPath: link, withDestinationPath: path)
            try svg.write(to: link)
            #expect(FileManager.default.contents(atPath: path) == Data(svg.description.utf8))

            #expect(throws: UserError("\(folder.path): a folder, not a file")) {
                try svg.write(to: folder.path)
            }
            let pipe = folder.path + "/pipe.svg"
            #expect(mkfifo(pipe, 0o600) == 0)
            #expect(throws: UserError("\(pipe): a pipe, not a file")) {
                try svg.write(to: pipe)
            }
            let missing = folder.path + "/none/a.svg"
            #expect(
                throws: UserError(
                    "\(missing): there is no folder \(folder.path)/none; make it first")
            ) { try svg.write(to: missing) }
        }
    }
}

/// What a picture has in it, and how far it reaches.
private final class ElementReader: NSObject, XMLParserDelegate {
    var cells = 0
    var texts: [String] = []
    var right = 0.0, bottom = 0.0

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
        qualifiedName: String?, attributes: [String: String] = [:]
    ) {
        if name == "text" { texts.append("") }
        guard name == "rect", attributes["x"] != nil else { return }
        if attributes["rx"] != nil { cells += 1 }
        func number(_ key: String) -> Double { attributes[key].flatMap(Double.init) ?? .nan }
        right = max(right, number("x") + number("width"))
        bottom = max(bottom, number("y") + number("height"))
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
        if !texts.isEmpty { texts[texts.count - 1] += string }
    }
}
