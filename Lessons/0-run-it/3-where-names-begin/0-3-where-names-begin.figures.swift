import Inspection

extension Figures {
    static let whereNamesBeginPictures: [String: Picture] = ["fiveQuestions": fiveQuestions]

    /// What has been read of "emma", and what comes next: five times.
    @Sendable private static func fiveQuestions() throws -> SVG {
        let tokens = ["·", "e", "m", "m", "a", "·"]
        let (size, left, top) = (42.0, 84.0, 46.0)
        var svg = SVG(
            height: top + size * Double(tokens.count - 1) + 16,
            title: "One name, five questions",
            summary: "A staircase: after · comes e, after ·e comes m, after ·em comes m, after "
                + "·emm comes a, and after ·emma comes · again.")
        for row in 0..<tokens.count - 1 {
            let y = top + size * Double(row)
            svg.text(
                "\(row + 1)", x: left - 26, y: y + 27, size: 15, anchor: .middle, fill: .muted)
            for (column, token) in tokens.prefix(row + 2).enumerated() {
                let (x, isNext) = (left + size * Double(column), column == row + 1)
                svg.rectangle(
                    x: x + 2, y: y + 2, width: size - 4, height: size - 4, radius: 5,
                    fill: isNext ? .accent : .faint, opacity: isNext ? 1 : 0.6)
                svg.text(
                    token, x: x + size / 2, y: y + (token == "·" ? 34 : 29),
                    size: token == "·" ? 40 : 22, anchor: .middle,
                    fill: isNext ? .paper : .ink, bold: true)
            }
        }
        svg.text("read so far", x: left + 4 * size, y: top + 26, size: 14, fill: .muted)
        svg.text(
            "what comes next?", x: left + 4 * size, y: top + 26 + size, size: 14, fill: .accent,
            bold: true)
        return svg
    }
}
