import Course
import Foundation
import Inspection
import MicroGPT

extension Figures {
    static let lookingBack: [String: Figure] = ["withoutAttention": withoutAttention]
    static let lookingBackPictures: [String: Picture] = [
        "queryMeetsKeys": queryMeetsKeys, "whoAsksWhom": whoAsksWhom,
        "lastVowel": lastVowel,
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
        for (box, score) in zip(boxes, ["2 · 1 = 2", "2 · 0 = 0"]) {
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
        let map = AttentionMap(try ForwardTrace(of: "ludmila", by: gpt))
        func isVowel(_ position: Int) -> Bool { "aeiou".contains(map.tokens[position]) }
        func x(_ position: Int) -> Double { 48 + 55 * Double(position) }
        let base = 178.0
        var svg = SVG(
            height: 232, title: "Whom does each letter look at?",
            summary:
                "The letters of ludmila in a row. Thick blue arcs lead from d and from m back to u, "
                + "the one from m past the d, and from l back to i.")
        for (q, row) in map.weights[0][1].enumerated() {
            for (k, weight) in row.enumerated() where weight > 0.04 && k < q {
                let (middle, radius) = ((x(q) + x(k)) / 2, (x(q) - x(k)) / 2)
                let arc = stride(from: 0.0, through: Double.pi, by: .pi / 24).map { angle in
                    (
                        x: middle + radius * cos(angle),
                        y: base - 30 - min(radius, 36 + radius / 3) * sin(angle)
                    )
                }
                let isAnswer = !isVowel(q) && isVowel(k)
                svg.polyline(
                    arc, stroke: isAnswer ? .accent : .muted, width: 12 * weight,
                    opacity: isAnswer ? 0.8 : 0.25)
            }
        }
        for (k, token) in map.tokens.enumerated() {
            if isVowel(k) { svg.circle(x: x(k), y: base - 8, radius: 18, stroke: .second) }
            svg.text(
                token, x: x(k), y: base, size: 26, anchor: .middle,
                fill: isVowel(k) ? .second : .ink, bold: isVowel(k))
        }
        svg.text(
            "Arcs go back from the letter that looks. Blue: to a vowel.", x: 16, y: 220,
            fill: .muted)
        return svg
    }

    /// How much of a consonant's attention goes to the last vowel before it, in the same head: the mean over
    /// names in which there is one.
    @Sendable private static func lastVowel() throws -> SVG {
        let gpt = try Checkpoint(contentsOf: TrainedModel.longer).gpt
        var shares: [String: [Double]] = [:]
        for name in try TrainingRun.documents().prefix(400) {
            let map = AttentionMap(try ForwardTrace(of: name, by: gpt))
            var vowel: Int?
            for (q, row) in map.weights[0][1].enumerated().dropFirst() {
                let isVowel = "aeiou".contains(map.tokens[q])
                if let vowel, !isVowel { shares[map.tokens[q], default: []].append(row[vowel]) }
                if isVowel { vowel = q }
            }
        }
        let bars = shares.filter { $0.value.count >= 10 }.mapValues(mean)
            .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        var svg = SVG(
            height: 60 + 22 * Double(bars.count), title: "Who looks for the last vowel?",
            summary: "A bar for each consonant: long for most, short for t, y and s.")
        for (i, (letter, share)) in bars.enumerated() {
            let y = 44 + 22 * Double(i)
            svg.text(letter, x: 24, y: y + 13, size: 15, anchor: .middle, bold: true)
            svg.rectangle(
                x: 44, y: y, width: 370 * share, height: 16, radius: 3, fill: .accent)
            svg.text("\(Int((100 * share).rounded())) %", x: 52 + 370 * share, y: y + 13, size: 12)
        }
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
