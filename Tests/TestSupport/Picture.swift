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
    public private(set) var title = "", summary = ""
    public private(set) var texts: [String] = []
    private var open: [String] = []

    /// Expects well-formed XML that is an SVG picture with a title and a summary, without anything
    /// that runs or is loaded from elsewhere.
    public init(_ svg: String, sourceLocation: SourceLocation = #_sourceLocation) {
        super.init()
        let parser = XMLParser(data: Data(svg.utf8))
        parser.delegate = self
        #expect(parser.parse(), "not well-formed", sourceLocation: sourceLocation)
        #expect(elements.first?.name == "svg", sourceLocation: sourceLocation)
        #expect(elements.first?.attributes["version"] == "1.1", sourceLocation: sourceLocation)
        #expect(
            elements.dropFirst().prefix(2).map(\.name) == ["title", "desc"],
            sourceLocation: sourceLocation)
        #expect(!title.isEmpty && !summary.isEmpty, sourceLocation: sourceLocation)
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

    /// The least height of letters, in pixels, that is legible to most.
    private static let legible = 9.0

    /// Expects no letters too small where the picture is 400 pixels wide, and no text that leaves it.
    public func expectLegible(sourceLocation: SourceLocation = #_sourceLocation) {
        func number(_ attributes: [String: String], _ name: String) -> Double {
            attributes[name].flatMap(Double.init) ?? .nan
        }
        let width = number(elements[0].attributes, "width")
        for ((_, text), string) in zip(elements.filter { $0.name == "text" }, texts) {
            let size = number(text, "font-size")
            #expect(
                size * 400 / width >= Self.legible, "\(title): \(string)",
                sourceLocation: sourceLocation)
            // Letters of common fonts are half as wide as high, on average.
            let (x, length) = (number(text, "x"), 0.5 * size * Double(string.count))
            let left =
                switch text["text-anchor"] {
                case "end": x - length
                case "middle": x - length / 2
                default: x
                }
            #expect(
                left >= 0 && left + length <= width, "\(title): \(string)",
                sourceLocation: sourceLocation)
        }
    }

    /// The attributes of each element that there can be.
    private static let known: [String: Set<String>] = [
        "svg": [
            "xmlns", "version", "width", "height", "viewBox", "role", "aria-labelledby",
            "aria-describedby",
        ],
        "title": ["id"], "desc": ["id"], "style": [],
        "rect": ["x", "y", "width", "height", "rx", "class", "opacity"],
        "circle": ["cx", "cy", "r", "class", "opacity"],
        "line": ["x1", "y1", "x2", "y2", "class", "opacity"],
        "polyline": ["points", "class", "stroke-width", "stroke-dasharray", "opacity"],
        "path": ["d", "class"],
        "text": ["x", "y", "font-size", "text-anchor", "font-weight", "class"],
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
        if open == ["svg", "desc"] { summary += string }
        if open.last == "text" { texts[texts.count - 1] += string }
    }
}
