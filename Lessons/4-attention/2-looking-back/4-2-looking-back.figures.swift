import Course
import Foundation
import Inspection
import MicroGPT

extension Figures {
    static let lookingBack: [String: Figure] = ["withoutAttention": withoutAttention]
    static let lookingBackPictures: [String: Picture] = [
        "queryMeetsKeys": queryMeetsKeys, "whoAsksWhom": whoAsksWhom,
        "attentionWorth": attentionWorth,
    ]

    /// The toy of the lesson: shares of softmax(2, 0) as the width of two streams.
    @Sendable private static func queryMeetsKeys() throws -> SVG {
        let shares = softmax([Value(2), Value(0)]).map(\.data)
        var svg = SVG(
            height: 330, title: "One query, two keys, one blend",
            summary:
                "The letter m asks for a vowel. The e before it has the key vowel and gets a wide "
                + "stream, the m itself a thin one. Their values flow together in that proportion.")
        let boxes = [
            (x: 28.0, letter: "e", key: "key 1", value: "value (0, 1)"),
            (x: 196.0, letter: "m", key: "key 0", value: "value (0, 0)"),
        ]
        // The query, and how well each key answers it.
        svg.rectangle(x: 364, y: 48, width: 92, height: 76, radius: 8, stroke: .second)
        svg.text("m asks", x: 410, y: 72, size: 13, anchor: .middle)
        svg.text("query 2", x: 410, y: 94, size: 14, anchor: .middle, fill: .second, bold: true)
        svg.text("a vowel?", x: 410, y: 114, size: 13, anchor: .middle)
        for (box, (share, score)) in zip(boxes, zip(shares, ["2 · 1 = 2", "2 · 0 = 0"])) {
            svg.rectangle(x: box.x, y: 48, width: 124, height: 112, radius: 8, stroke: .muted)
            svg.text(box.letter, x: box.x + 62, y: 76, size: 22, anchor: .middle, bold: true)
            svg.text(box.key, x: box.x + 62, y: 97, size: 13, anchor: .middle)
            svg.text(
                score, x: box.x + 62, y: 120, size: 14, anchor: .middle, fill: .second, bold: true)
            svg.text(box.value, x: box.x + 62, y: 146, size: 13, anchor: .middle, fill: .accent)
        }
        // From the middle of each value to its place in the blend.
        let (left, width) = (60.0, 120.0)
        var from = left
        for (box, share) in zip(boxes, shares) {
            let (start, end) = (box.x + 62 - width * share / 2, from)
            for y in stride(from: 0.0, to: 90, by: 2) {
                let t = y / 90
                svg.rectangle(
                    x: start + (end - start) * t * t * (3 - 2 * t), y: 160 + y,
                    width: width * share, height: 2.1, fill: .accent, opacity: 0.35)
            }
            from += width * share
        }
        for (box, share) in zip(boxes, shares) {
            svg.text(
                "\(Int((100 * share).rounded())) %", x: box.x + 62, y: 190, size: 16,
                anchor: .middle,
                bold: true)
        }
        svg.rectangle(
            x: left, y: 250, width: width, height: 30, radius: 4, fill: .accent, opacity: 0.35)
        svg.rectangle(x: left, y: 250, width: width, height: 30, radius: 4, stroke: .accent)
        svg.text("what m takes home", x: left + width + 14, y: 262, size: 13)
        svg.text(
            "(0, \(places(shares[0], 2))): an e", x: left + width + 14, y: 282, size: 14, bold: true
        )
        svg.text(
            "The wider the stream, the larger the share.", x: 16, y: 316, size: 12, fill: .muted)
        return svg
    }

    /// One head of the model that was trained for longer: an arc from each letter that looks to each that
    /// it looks at, as thick as its share.
    @Sendable private static func whoAsksWhom() throws -> SVG {
        let gpt = try Checkpoint(contentsOf: TrainedModel.longer).gpt
        let map = AttentionMap(try ForwardTrace(of: "christopher", by: gpt))
        let (rows, base) = (map.weights[0][1], 190.0)
        func x(_ position: Int) -> Double { 34 + 37 * Double(position) }
        var svg = SVG(
            height: 240, title: "Whom does each letter look at?",
            summary:
                "The letters of christopher in a row. Thick arcs lead from s and t back to i, and "
                + "from p and h back to o: the last vowel so far.")
        for (q, row) in rows.enumerated() {
            for (k, weight) in row.enumerated() where weight > 0.04 && k < q {
                let (middle, radius) = ((x(q) + x(k)) / 2, (x(q) - x(k)) / 2)
                let arc = stride(from: 0.0, through: Double.pi, by: .pi / 24).map { angle in
                    (
                        x: middle + radius * cos(angle),
                        y: base - 24 - min(radius, 52 + radius / 4) * sin(angle)
                    )
                }
                let isVowel = ["aeiou".contains(map.tokens[q]), "aeiou".contains(map.tokens[k])]
                let isAnswer = isVowel == [false, true]
                svg.polyline(
                    arc, stroke: isAnswer ? .accent : .muted, width: 13 * weight,
                    opacity: isAnswer ? 0.8 : 0.3)
            }
        }
        for (k, token) in map.tokens.enumerated() {
            let isVowel = "aeiou".contains(token)
            if isVowel { svg.circle(x: x(k), y: base - 7, radius: 15, stroke: .second) }
            svg.text(
                token, x: x(k), y: base, size: 22, anchor: .middle, fill: isVowel ? .second : .ink,
                bold: isVowel)
        }
        svg.text(
            "An arc goes back from the letter that looks. Blue: from a consonant to a vowel.",
            x: 16, y: 228,
            size: 12,
            fill: .muted)
        return svg
    }

    /// What trainings without attention, or without positions, have come to.
    @Sendable private static func withoutAttention() throws -> [String] {
        try ExperimentRecord(contentsOf: Experiment.attention.record).lines(of: 0)
    }

    @Sendable private static func attentionWorth() throws -> SVG {
        try ExperimentRecord(contentsOf: Experiment.attention.record).picture(
            title: "Loss of held-out names, with and without attention")
    }
}
