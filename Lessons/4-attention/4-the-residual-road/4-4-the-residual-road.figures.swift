import Inspection

extension Figures {
    static let residualRoadPictures: [String: Picture] = ["residualRoad": residualRoad]

    @Sendable private static func residualRoad() throws -> SVG {
        var svg = SVG(
            height: 280, title: "The road goes straight through",
            summary:
                "A broad straight road from letter and place to the scores. Two thin side roads leave "
                + "it, one through attention and one through the MLP, and come back to a plus sign on it."
        )
        let road = 108.0
        svg.polyline([(16, road), (452, road)], stroke: .accent, width: 26, opacity: 0.35)
        svg.polyline([(452, road - 22), (470, road), (452, road + 22)], stroke: .accent, width: 5)
        svg.text("letter + place", x: 16, y: road - 26, size: 14, bold: true)
        svg.text("scores", x: 464, y: road - 34, size: 14, anchor: .end, bold: true)
        svg.text("x", x: 26, y: road + 5, size: 15, bold: true)
        for (left, name, what) in [
            (60.0, "attention", "what did the others say?"), (268.0, "MLP", "so what?"),
        ] {
            let (leave, back, y) = (left + 10, left + 150, road + 96)
            let curve: [(x: Double, y: Double)] = [
                (leave, road), (leave, y - 16), (leave + 16, y), (back - 16, y), (back, y - 16),
                (back, road + 15),
            ]
            svg.polyline(curve, stroke: .second, width: 4)
            svg.rectangle(x: left + 28, y: y - 22, width: 104, height: 44, radius: 8, fill: .paper)
            svg.rectangle(
                x: left + 28, y: y - 22, width: 104, height: 44, radius: 8, stroke: .second)
            svg.text(name, x: left + 80, y: y + 5, size: 15, anchor: .middle, bold: true)
            svg.text(what, x: left + 80, y: y + 44, size: 13, anchor: .middle, fill: .muted)
            svg.circle(x: back, y: road, radius: 14, fill: .paper)
            svg.circle(x: back, y: road, radius: 14, stroke: .ink)
            svg.text("+", x: back, y: road + 7, size: 20, anchor: .middle, bold: true)
        }
        return svg
    }
}
