import Foundation
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// Expects the text of a fixture, to the byte. What is there instead is written to a file, to be
/// looked at; if it is right, it is the new fixture.
public func expectFixture(
    _ actual: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    if actual == (try? Fixture.text(name)) { return }
    let url = FileManager.default.temporaryDirectory.appending(path: "actual-\(name)")
    try Data(actual.utf8).write(to: url)
    Issue.record("not as in \(name); see \(url.path)", sourceLocation: sourceLocation)
}

/// What a parser of XML finds in a picture.
public final class Picture: NSObject, XMLParserDelegate {
    public private(set) var elements: [(name: String, attributes: [String: String])] = []
    public private(set) var title = ""
    public private(set) var texts: [String] = []
    private var open: [String] = []

    /// Expects well-formed XML that is an SVG picture with a title, without anything that runs or is
    /// loaded from elsewhere.
    public init(_ svg: String, sourceLocation: SourceLocation = #_sourceLocation) {
        super.init()
        let parser = XMLParser(data: Data(svg.utf8))
        parser.delegate = self
        #expect(parser.parse(), "not well-formed", sourceLocation: sourceLocation)
        #expect(elements.first?.name == "svg", sourceLocation: sourceLocation)
        #expect(elements.first?.attributes["version"] == "1.1", sourceLocation: sourceLocation)
        #expect(elements.dropFirst().first?.name == "title", sourceLocation: sourceLocation)
        #expect(!title.isEmpty, sourceLocation: sourceLocation)
        let known: Set = [
            "svg", "title", "style", "rect", "circle", "line", "polyline", "path", "text",
        ]
        let names = Set(elements.map(\.name))
        #expect(names.isSubset(of: known), sourceLocation: sourceLocation)
        for (_, attributes) in elements {
            let bad = attributes.keys.filter { $0.hasPrefix("on") || $0.contains("href") }
            #expect(bad.isEmpty, sourceLocation: sourceLocation)
            let places = attributes.values.joined(separator: " ")
            #expect(
                !places.contains("nan") && !places.contains("inf"), sourceLocation: sourceLocation)
        }
    }

    public func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
        qualifiedName: String?, attributes: [String: String]
    ) {
        elements.append((name, attributes))
        open.append(name)
        if name == "text" { texts.append("") }
    }

    public func parser(
        _ parser: XMLParser, didEndElement name: String, namespaceURI: String?,
        qualifiedName: String?
    ) {
        open.removeLast()
    }

    public func parser(_ parser: XMLParser, foundCharacters string: String) {
        if open == ["svg", "title"] { title += string }
        if open.last == "text" { texts[texts.count - 1] += string }
    }
}
