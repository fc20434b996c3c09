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
        for (name, attributes) in elements {
            let unknown = Set(attributes.keys).subtracting(Self.known[name] ?? [])
            #expect(
                Self.known[name] != nil && unknown.isEmpty, "\(name): \(unknown)",
                sourceLocation: sourceLocation)
            let places = attributes.values.joined(separator: " ")
            #expect(
                !places.contains("nan") && !places.contains("inf"), sourceLocation: sourceLocation)
        }
    }

    /// The attributes of each element that there can be.
    private static let known: [String: Set<String>] = [
        "svg": ["xmlns", "version", "width", "height", "viewBox", "role"],
        "title": [], "style": [],
        "rect": ["x", "y", "width", "height", "rx", "class", "opacity"],
        "circle": ["cx", "cy", "r", "class", "opacity"],
        "line": ["x1", "y1", "x2", "y2", "stroke-dasharray", "class", "opacity"],
        "polyline": ["points", "class", "stroke-width", "opacity"],
        "path": ["d", "class"],
        "text": [
            "x", "y", "font-size", "text-anchor", "font-weight", "transform", "class",
        ],
    ]

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
