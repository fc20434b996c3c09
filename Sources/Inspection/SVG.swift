import Foundation
import MicroGPT

/// A picture in SVG 1.1: shapes in user units (one is a pixel at 100%), the first at the back.
///
/// It is legible in light and in dark mode, has a title and a summary, no script, and is the same to
/// the byte whenever it is drawn from the same numbers. What colours mean is said by a `Role`, since
/// light and dark mode have different ones; nothing is said by colour alone.
public struct SVG: CustomStringConvertible {
    /// What a shape is, for its colour.
    public enum Role: String, Sendable {
        /// Text and what must be seen.
        case ink
        /// Axes, secondary text.
        case muted
        /// Grid lines, frames.
        case faint
        /// The subject of the picture.
        case accent
        /// What it is compared with.
        case second
        /// The background.
        case paper
    }

    /// What of a text stands at its place.
    public enum Anchor: String, Sendable {
        /// One of its ends, or its middle.
        case start, middle, end
    }

    /// The width of a picture whose smallest text is still legible where there are 400 pixels.
    public static let columnWidth = 480.0
    /// The smallest font: 9.2 pixels where a picture of `columnWidth` has 400.
    public static let smallFont = 11.0

    /// In user units.
    public let width, height: Double
    /// What the picture is of, for the browser's tab.
    public let title: String
    /// What can be seen in it, for those who hear it.
    public let summary: String
    private var shapes: [String] = []

    /// A picture with nothing but its title, or as much of it as fits above.
    public init(width: Double = columnWidth, height: Double, title: String, summary: String) {
        (self.width, self.height, self.title, self.summary) = (width, height, title, summary)
        let shown = title.harmless()
        text(
            shown.count <= 60 ? shown : shown.prefix(59) + "…", x: 16, y: 26, size: 14, bold: true)
    }

    /// A rectangle by its upper left corner, its corners rounded by `radius`; `tip` is shown under
    /// the mouse.
    public mutating func rectangle(
        x: Double, y: Double, width: Double, height: Double, radius: Double = 0,
        fill: Role? = nil, stroke: Role? = nil, opacity: Double = 1, tip: String? = nil
    ) {
        shape(
            "rect",
            [("x", x), ("y", y), ("width", width), ("height", height)]
                + (radius > 0 ? [("rx", radius)] : []),
            fill, stroke, opacity, tip)
    }

    /// A circle by its middle; `tip` is shown under the mouse.
    public mutating func circle(
        x: Double, y: Double, radius: Double, fill: Role? = nil, stroke: Role? = nil,
        opacity: Double = 1, tip: String? = nil
    ) {
        shape("circle", [("cx", x), ("cy", y), ("r", radius)], fill, stroke, opacity, tip)
    }

    /// A straight line.
    public mutating func line(
        from a: (x: Double, y: Double), to b: (x: Double, y: Double), stroke: Role = .muted
    ) {
        shape("line", [("x1", a.x), ("y1", a.y), ("x2", b.x), ("y2", b.y)], nil, stroke, 1, nil)
    }

    /// A line through many points.
    ///
    /// - Parameters:
    ///   - width: of the line, in user units.
    ///   - dashes: the lengths of strokes and gaps in turn; none for a line without gaps.
    public mutating func polyline(
        _ points: [(x: Double, y: Double)], stroke: Role, width: Double = 1, opacity: Double = 1,
        dashes: [Double] = []
    ) {
        let list = points.map { "\(Self.number($0.x)),\(Self.number($0.y))" }
        let pattern = dashes.map(Self.number).joined(separator: " ")
        shapes.append(
            "<polyline points=\"\(list.joined(separator: " "))\" class=\"s-\(stroke.rawValue)\""
                + " stroke-width=\"\(Self.number(width))\""
                + (dashes.isEmpty ? "" : " stroke-dasharray=\"\(pattern)\"")
                + "\(Self.opacity(opacity))/>")
    }

    /// A curve downwards from one point to another, upright at both.
    ///
    /// - Parameters:
    ///   - end: where it ends if it goes on, straight down, after `b`.
    ///   - head: whether it ends in an arrowhead.
    public mutating func arrow(
        from a: (x: Double, y: Double), to b: (x: Double, y: Double), end: Double? = nil,
        head: Bool = true, stroke: Role = .muted
    ) {
        let n = Self.number
        let bend = max(abs(b.y - a.y) / 2, 8)
        shapes.append(
            "<path d=\"M\(n(a.x)) \(n(a.y))C\(n(a.x)) \(n(a.y + bend)) \(n(b.x)) \(n(b.y - bend)) "
                + "\(n(b.x)) \(n(b.y))\(end.map { "V\(n($0))" } ?? "")\" "
                + "class=\"s-\(stroke.rawValue)\"/>")
        guard head else { return }
        shapes.append(
            "<path d=\"M\(n(b.x)) \(n(end ?? b.y))l-3.5 -6h7z\" "
                + "class=\"f-\(stroke.rawValue)\"/>")
    }

    /// A line of text, its baseline at `y`.
    ///
    /// - Parameters:
    ///   - size: of the font, in user units.
    ///   - tip: what is shown under the mouse.
    public mutating func text(
        _ string: String, x: Double, y: Double, size: Double = 12, anchor: Anchor = .start,
        fill: Role = .ink, bold: Bool = false, mono: Bool = false, tip: String? = nil
    ) {
        let n = Self.number
        var attributes = "x=\"\(n(x))\" y=\"\(n(y))\" font-size=\"\(n(size))\""
        if anchor != .start { attributes += " text-anchor=\"\(anchor.rawValue)\"" }
        if bold { attributes += " font-weight=\"600\"" }
        let font = mono ? " mono" : ""
        shapes.append(
            "<text \(attributes) class=\"f-\(fill.rawValue)\(font)\">\(Self.escaped(string))"
                + "\(Self.title(tip))</text>")
    }

    /// About how wide a text is, in user units.
    public static func width(of text: String, size: Double = 12) -> Double {
        0.56 * size * Double(text.harmless().count)
    }

    /// A paragraph in lines that a picture has room for.
    static func lines(_ text: String) -> [String] {
        text.split(separator: " ").reduce(into: []) { lines, word in
            if let last = lines.last, width(of: "\(last) \(word)") <= columnWidth - 32 {
                lines[lines.count - 1] += " \(word)"
            } else {
                lines.append(String(word))
            }
        }
    }

    /// The picture as the text of a file.
    public var description: String {
        let (w, h) = (Self.number(width), Self.number(height))
        return """
            <svg xmlns="http://www.w3.org/2000/svg" version="1.1" width="\(w)" height="\(h)" \
            viewBox="0 0 \(w) \(h)" role="img" aria-labelledby="title" aria-describedby="desc">
            <title id="title">\(Self.escaped(title))</title>
            <desc id="desc">\(Self.escaped(summary))</desc>
            <style>
            \(Self.style)
            </style>
            <rect width="\(w)" height="\(h)" class="f-paper"/>
            \(shapes.joined(separator: "\n"))
            </svg>

            """
    }

    /// Writes the picture to a file, in whole or not at all.
    ///
    /// - Throws: `UserError` if that fails.
    public func write(to path: String) throws(UserError) {
        try writeFile(Data(description.utf8), to: path)
    }

    private mutating func shape(
        _ name: String, _ numbers: [(String, Double)], _ fill: Role?, _ stroke: Role?,
        _ opacity: Double, _ tip: String?
    ) {
        let places = numbers.map { "\($0)=\"\(Self.number($1))\"" }.joined(separator: " ")
        let roles =
            [fill.map { "f-\($0.rawValue)" }, stroke.map { "s-\($0.rawValue)" }]
            .compactMap { $0 }.joined(separator: " ")
        let start = "<\(name) \(places) class=\"\(roles)\"\(Self.opacity(opacity))"
        shapes.append(tip == nil ? "\(start)/>" : "\(start)>\(Self.title(tip))</\(name)>")
    }

    private static func title(_ tip: String?) -> String {
        tip.map { "<title>\(escaped($0))</title>" } ?? ""
    }

    private static func opacity(_ opacity: Double) -> String {
        opacity == 1 ? "" : " opacity=\"\(number(opacity))\""
    }

    /// Two decimal places at most, and never "-0", so that files do not differ by last bits.
    static func number(_ x: Double) -> String {
        let hundredths = (x * 100).rounded()
        if hundredths == 0 { return "0" }
        var text = String(format: "%.2f", hundredths / 100)
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text
    }

    /// The text as XML has it. What XML has no room for, such as control characters, is harmful
    /// elsewhere, too, and has become visible.
    private static func escaped(_ text: String) -> String {
        text.harmless().escapingScalars { c in
            switch c {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            case "\"": "&quot;"
            default: nil
            }
        }
    }

    private static let style: String = {
        func rules(_ colours: [(Role, String)]) -> String {
            colours.map { role, colour in
                ".f-\(role.rawValue){fill:\(colour)}.s-\(role.rawValue){stroke:\(colour)}"
            }.joined(separator: "\n")
        }
        return """
            text{font-family:system-ui,-apple-system,"Segoe UI",Helvetica,Arial,sans-serif}
            .mono{font-family:ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace}
            line,polyline,path,rect,circle{fill:none;stroke-linejoin:round}
            \(rules([
                (.ink, "#1f2328"), (.muted, "#59636e"), (.faint, "#d1d9e0"), (.accent, "#0969da"),
                (.second, "#bc4c00"), (.paper, "#ffffff"),
            ]))
            @media (prefers-color-scheme:dark){
            \(rules([
                (.ink, "#f0f6fc"), (.muted, "#9198a1"), (.faint, "#3d444d"), (.accent, "#4493f8"),
                (.second, "#db6d28"), (.paper, "#0d1117"),
            ]))
            }
            """
    }()
}
