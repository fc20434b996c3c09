import Foundation
import Inspection
import MicroGPT
import PythonRandom

extension Figures {
    static let handGradient: [String: Figure] = [
        "lastHundredLosses": lastHundredLosses, "lossesWithoutGate": lossesWithoutGate,
    ]
    static let handGradientPictures: [String: Picture] = [
        "thereAndBack": thereAndBack, "countedAndLearned": countedAndLearned,
    ]

    /// All names as ids, in the order in which stages 0 and 1 take the first 1000 of them, and the
    /// generator as it is then.
    private static let names = Result {
        var (documents, rng) = (try TrainingRun.namesInFile(), PythonRandom(seed: 42))
        rng.shuffle(&documents)
        let tokenizer = Tokenizer(documents: documents)
        return (tokens: try documents.map(tokenizer.tokens), rng: rng)
    }

    /// The losses of stage 0, which counts.
    private static let counted = Result {
        var table = Table()
        return try names.get().tokens.prefix(1000).map { tokens in
            defer { table.add(tokens) }
            return table.loss(tokens)
        }
    }

    /// The losses of the first 1000 names by a table of all names.
    private static let countedFromAll = Result {
        var table = Table()
        let all = try names.get().tokens
        for tokens in all { table.add(tokens) }
        return all.prefix(1000).map(table.loss)
    }

    /// The model of stage 0.
    private struct Table {
        private var counts = Array(repeating: Array(repeating: 1.0, count: 27), count: 27)

        mutating func add(_ tokens: [Int]) {
            for (a, b) in zip(tokens, tokens.dropFirst()) { counts[a][b] += 1 }
        }

        func loss(_ tokens: [Int]) -> Double {
            let losses = zip(tokens, tokens.dropFirst()).map { a, b in
                -log(counts[a][b] / counts[a].reduce(0, +))
            }
            return losses.reduce(0, +) / Double(losses.count)
        }
    }

    private static let learned = Result { try losses(hasGate: true) }

    /// The losses of stage 1, with its gradient by hand; a matrix is one list, which is fast enough
    /// in a debug build.
    ///
    /// - Parameter hasGate: whether the way back stops where relu has let nothing through.
    private static func losses(hasGate: Bool) throws -> [Double] {
        var (documents, rng) = try names.get()
        func matrix(_ nOut: Int, _ nIn: Int) -> [Double] {
            (0..<nOut * nIn).map { _ in rng.gauss(0, 0.08) }
        }
        var (wte, fc1, fc2) = (matrix(27, 16), matrix(64, 16), matrix(27, 64))
        func linear(_ x: [Double], _ w: [Double]) -> [Double] {
            stride(from: 0, to: w.count, by: x.count).map { row in
                var total = 0.0
                for i in x.indices { total += w[row + i] * x[i] }
                return total
            }
        }
        func back(_ grads: [Double], _ x: [Double], _ w: [Double], _ wGrads: inout [Double])
            -> [Double]
        {
            var xGrads = x.map { _ in 0.0 }
            for (o, grad) in grads.enumerated() where grad != 0 {
                for i in x.indices {
                    wGrads[o * x.count + i] += grad * x[i]
                    xGrads[i] += grad * w[o * x.count + i]
                }
            }
            return xGrads
        }
        return documents.prefix(1000).enumerated().map { step, tokens in
            var grads = [wte, fc1, fc2].map { $0.map { _ in 0.0 } }
            let n = Double(tokens.count - 1)
            let losses = zip(tokens, tokens.dropFirst()).map { token, target in
                let x = Array(wte[token * 16..<(token + 1) * 16])
                let hidden = linear(x, fc1).map { max(0, $0) }
                let logits = linear(hidden, fc2)
                let exps = logits.map { exp($0 - (logits.max() ?? 0)) }
                let probs = exps.map { $0 / exps.reduce(0, +) }
                var logitGrads = probs.map { $0 / n }
                logitGrads[target] -= 1 / n
                var hiddenGrads = back(logitGrads, hidden, fc2, &grads[2])
                if hasGate {
                    for i in hidden.indices where hidden[i] == 0 { hiddenGrads[i] = 0 }
                }
                for (i, grad) in back(hiddenGrads, x, fc1, &grads[1]).enumerated() {
                    grads[0][token * 16 + i] += grad
                }
                return -log(probs[target])
            }
            let rate = 1 - Double(step) / 1000
            for i in wte.indices { wte[i] -= rate * grads[0][i] }
            for i in fc1.indices { fc1[i] -= rate * grads[1][i] }
            for i in fc2.indices { fc2[i] -= rate * grads[2][i] }
            return losses.reduce(0, +) / n
        }
    }

    private static func meanOfLastHundred(_ losses: [Double]) -> String {
        String(format: "%.4f", losses.suffix(100).reduce(0, +) / 100)
    }

    /// Of counting, of the network, and of a table that has counted all names.
    @Sendable private static func lastHundredLosses() throws -> [String] {
        try [counted, learned, countedFromAll].map { meanOfLastHundred(try $0.get()) }
    }

    @Sendable private static func lossesWithoutGate() throws -> [String] {
        [meanOfLastHundred(try losses(hasGate: false))]
    }

    /// The loss of counting and of the network, each the mean of 50 steps.
    @Sendable private static func countedAndLearned() throws -> SVG {
        func points(_ losses: [Double]) -> [Chart.Point] {
            stride(from: 0, to: 1000, by: 50).map { start in
                let mean = losses[start..<start + 50].reduce(0, +) / 50
                return .init(Double(start + 50), mean, tip: String(format: "%.4f", mean))
            }
        }
        return Chart(
            x: .init("names seen", range: (0, 1000)), y: .init("loss, mean of 50 names"),
            [
                .init(
                    "the network,\nby slopes", points(try learned.get()),
                    as: .line(width: 2.5, marker: .circle)),
                .init(
                    "the table,\nby counting", points(try counted.get()),
                    as: .line(width: 2.5, marker: .square)),
            ]
        ).picture(title: "Slopes arrive where counting does")
    }

    /// From a letter to its loss through the network, and the slopes on their way back.
    @Sendable private static func thereAndBack() -> SVG {
        var svg = SVG(
            height: 330, title: "There, and back again",
            summary: "To the right: the letter m picks its row of 16 numbers, a matrix makes 64 of "
                + "them, relu lets those above 0 through, a second matrix makes 27 logits, and "
                + "softmax and minus the logarithm make the loss. To the left, below: the slopes, "
                + "from the shares minus 1 at the right letter back to the row of m.")
        let stations: [(x: Double, name: String, count: Int, note: String)] = [
            (34, "row of m", 16, "16"), (150, "hidden", 64, "64"), (266, "logits", 27, "27"),
        ]
        let middle = 152.0
        for station in stations {
            // One bar for each number, in as many columns as there is room for.
            let columns = station.count > 32 ? 4 : 2
            let rows = (station.count + columns - 1) / columns
            for i in 0..<station.count {
                let (row, column) = (i % rows, i / rows)
                let isOff = station.count == 64 && (i * 7 + i / 3) % 5 < 2
                svg.rectangle(
                    x: station.x + 26 - Double(columns) * 6 + Double(column) * 12,
                    y: middle - Double(rows) * 3 + Double(row) * 6, width: 10, height: 4.4,
                    fill: isOff ? .faint : .accent)
            }
            svg.text(
                station.name, x: station.x + 26, y: 62, size: 14, anchor: .middle, bold: true)
            svg.text(
                "\(station.note) numbers", x: station.x + 26, y: 80, size: 12, anchor: .middle,
                fill: .muted)
        }
        svg.text("loss", x: 430, y: 62, size: 14, anchor: .middle, bold: true)
        svg.text("1 number", x: 430, y: 80, size: 12, anchor: .middle, fill: .muted)
        svg.circle(x: 430, y: middle, radius: 9, fill: .accent)
        func arrow(_ from: Double, _ to: Double, _ y: Double, _ role: SVG.Role) {
            let back = from < to ? -7.0 : 7
            svg.polyline([(from, y), (to, y)], stroke: role, width: 2)
            svg.polyline(
                [(to + back, y - 4.5), (to, y), (to + back, y + 4.5)], stroke: role, width: 2)
        }
        for (from, to, label) in [
            (80.0, 140.0, "×"), (210, 270, "×"), (316, 412, "softmax, −log"),
        ] {
            arrow(from, to, middle, .muted)
            svg.text(label, x: (from + to) / 2, y: middle - 9, size: 12, anchor: .middle)
        }
        svg.text("relu, a gate", x: 176, y: 222, size: 12, anchor: .middle, fill: .muted)
        for (from, to, what) in [
            (424.0, 300.0, "said − came"), (284, 184, "linearBackward"),
            (168, 60, "linearBackward"),
        ] {
            arrow(from, to, 262, .second)
            svg.text(
                what, x: (from + to) / 2, y: 282, size: 12, anchor: .middle, fill: .second,
                mono: what.hasPrefix("linear"))
        }
        svg.text(
            "Above, the numbers on their way there; below, the slopes on their way back.", x: 16,
            y: 314, size: 12, fill: .muted)
        return svg
    }
}
