import Inspection

extension Figures {
    static let beyondHeadsPictures: [String: Picture] = ["twoCuts": { twoCuts() }]

    /// One matrix whose result is cut, beside one that was cut before.
    private static func twoCuts() -> SVG {
        var svg = SVG(
            height: 306, title: "Cut behind the matrix, or cut the matrix",
            summary:
                "Left, one tall matrix of 16 rows in four colours; what comes out of it is cut into "
                + "four heads of four numbers. Right, the matrix itself is cut into four, and each part "
                + "makes one head's numbers. The four heads are the same.")
        let roles: [SVG.Role] = [.accent, .second, .muted, .ink]
        for (left, gap, name) in [(20.0, 0.0, "one matrix"), (260, 14, "four matrices")] {
            svg.text(name, x: left + 52, y: 56, size: 14, anchor: .middle, bold: true)
            for (h, role) in roles.enumerated() {
                let result = 66 + Double(h) * 54
                let matrix = 66 + Double(h) * (40 + gap) + (gap == 0 ? 21 : 0)
                for row in 0..<4 {
                    let down = Double(row) * 10
                    svg.rectangle(
                        x: left, y: matrix + down, width: 104, height: 8, radius: 2, fill: role,
                        opacity: 0.75)
                    svg.rectangle(
                        x: left + 142, y: result + down, width: 14, height: 8, radius: 2,
                        fill: role, opacity: 0.75)
                }
                svg.polyline(
                    [(left + 108, matrix + 19), (left + 138, result + 19)], stroke: role, width: 2)
                svg.text("head \(h)", x: left + 164, y: result + 24, size: 13)
            }
            svg.text(
                gap == 0 ? "multiply, then cut" : "cut, then multiply", x: left + 78, y: 296,
                size: 14, anchor: .middle, fill: .muted)
        }
        return svg
    }
}
