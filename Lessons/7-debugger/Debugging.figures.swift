import Foundation
import Inspection
import MicroGPT

extension Figures {
    static let debugging: [String: Figure] = [
        "plantedBugs": plantedBugs,
        "plantedBugsByMatrix": plantedBugsByMatrix,
        "plantedInLossToo": plantedInLossToo,
    ]

    static let debuggingPictures: [String: Picture] = [
        "filmStrip": { filmStrip() }, "oneOfTwenty": { oneOfTwenty() },
        "sameStep": { try sameStep() }, "whoWrites": { try whoWrites() },
        "wayBack": { try wayBack() }, "plantedBugsPicture": plantedBugsPicture,
    ]

    // MARK: - Planted bugs

    private static let trial = Result {
        try PlantedBugTrial(names: "names.txt", checked: "emma")
    }

    @Sendable private static func plantedBugs() throws -> [String] {
        try table(
            ["model", "first loss", "mean loss of the last 20 steps", "wrong matrices"],
            trial.get().runs.map { run in
                let wrong = run.wrongMatrices.count
                return [
                    name(run), places(run.losses[0]), places(run.lastLoss),
                    wrong == 0 ? "none" : "\(wrong) of \(run.differences.count)",
                ]
            })
    }

    /// The loss of the first and of the last step with the detached softmax in the loss, too.
    @Sendable private static func plantedInLossToo() throws -> [String] {
        let losses = try trial.get().lossesIfInLossToo
        return [losses[0], losses[losses.count - 1]].map { String(format: "%.4f", $0) }
    }

    /// For each matrix, how many of its gradients are wrong with each bug.
    @Sendable private static func plantedBugsByMatrix() throws -> [String] {
        let runs = try trial.get().runs
        let names = runs[0].differences.map(\.matrix)
        return table(
            ["matrix", "gradients"] + runs.map(name),
            names.indices.map { i in
                let counts = runs.map { run in
                    run.differences[i].differences.count { !$0.isWithinTolerance }
                }
                return ["`\(names[i])`", "\(runs[0].differences[i].differences.count)"]
                    + counts.map { $0 == 0 ? "–" : "\($0)" }
            })
    }

    private static func name(_ run: PlantedBugTrial.Run) -> String {
        run.bug == .assignedGradient ? "`=` for `+=`" : run.bug?.rawValue ?? "right"
    }

    /// The smoothed loss of each bug over the right one's, one panel for each.
    @Sendable private static func plantedBugsPicture() throws -> SVG {
        let runs = try trial.get().runs
        let curves = runs.map { LossCurve(name: name($0), losses: $0.losses).smoothed }
        func points(_ curve: [Double]) -> [Chart.Point] {
            curve.enumerated().map { .init(Double($0 + 1), $1) }
        }
        // The right one is the wider, so that it is seen under a bug that lies on it.
        let right = Chart.Series(
            "without a bug", points(curves[0]), as: .line(width: 5), opacity: 0.4,
            namePlace: .hidden)
        let (low, high) = (curves.joined().min() ?? 0, curves.joined().max() ?? 1)
        let last = curves[0].count
        let panels = zip(runs, curves).dropFirst().map { run, curve in
            let bug = Chart.Series(
                "with the bug", points(curve), as: .line(width: 1.5), namePlace: .hidden)
            return (
                name: run.bug?.rawValue ?? "",
                chart: Chart(
                    x: .init(
                        "", range: (1, Double(last)),
                        ticks: [1, last / 2, last].map { (Double($0), "\($0)") }),
                    y: .init("", range: (low - 0.05, high + 0.05)), [right, bug])
            )
        }
        return Chart.picture(
            title: "Loss with and without each bug, smoothed", panels,
            note: [
                "Up: loss. Across: step. Wide and pale: without a bug. Thin and dashed: with it."
            ])
    }

    /// The matrices on the way back from the loss, and which of them each bug makes wrong.
    private static func wayBack() throws -> SVG {
        let runs = try trial.get().runs.dropFirst()
        let stops = [
            ("lmHead", "lm_head"), ("Fc2", "mlp_fc2"), ("Fc1", "mlp_fc1"), ("Wo", "attn_wo"),
            ("Wv", "attn_wv"), ("Wk, Wq", "attn_wk"), ("tables", "wpe"),
        ]
        func wrong(_ run: PlantedBugTrial.Run) -> [Bool] {
            stops.map { stop in run.wrongMatrices.contains { $0.hasSuffix(stop.1) } }
        }
        let said = runs.map { run in
            let first = wrong(run).firstIndex(of: true) ?? 0
            return "\(name(run)): wrong from \(stops[first].0) on"
        }
        var svg = SVG(
            height: 76 + 40 * Double(runs.count),
            title: "From the loss back: where does it turn wrong?",
            summary: "For each bug the matrices on the way back, right at first, then wrong. "
                + said.joined(separator: "; ") + ".")
        for (column, stop) in stops.enumerated() {
            svg.text(stop.0, x: 165 + 49 * Double(column), y: 54, size: 13, anchor: .middle)
        }
        for (row, run) in runs.enumerated() {
            let y = 66 + 40 * Double(row)
            svg.text(name(run).replacing("`", with: ""), x: 132, y: y + 20, size: 14, anchor: .end)
            for (column, isWrong) in wrong(run).enumerated() {
                let x = 142 + 49 * Double(column)
                svg.rectangle(
                    x: x, y: y, width: 45, height: 30, radius: 5, fill: isWrong ? .second : .faint)
                svg.polyline(
                    isWrong
                        ? [
                            (x + 17, y + 10), (x + 27, y + 20), (x + 22, y + 15), (x + 27, y + 10),
                            (x + 17, y + 20),
                        ]
                        : [(x + 16, y + 15), (x + 21, y + 20), (x + 29, y + 10)],
                    stroke: isWrong ? .paper : .ink, width: 2.5)
            }
        }
        return svg
    }

    // MARK: - The sessions

    /// c = a * b at both stops of session 1, and after them.
    private static func filmStrip() -> SVG {
        let (a, b) = (Value(2), Value(-3))
        let c = a * b
        c.backward()
        var svg = SVG(
            height: 262, title: "Two stops of the backward pass, and what follows",
            summary:
                "Three frames of a film with a, b and c, and their gradients. At the first stop "
                + "0, 0 and 1. At the second, b has \(whole(b.grad)). At the end a has "
                + "\(whole(a.grad)), too.")
        svg.rectangle(x: 8, y: 40, width: 464, height: 184, fill: .ink)
        for hole in 0..<19 {
            for y in [46.0, 208] {
                svg.rectangle(
                    x: 16 + 24.2 * Double(hole), y: y, width: 13, height: 10, radius: 2,
                    fill: .paper)
            }
        }
        let frames = [("stop 1", false, false), ("stop 2", false, true), ("the end", true, true)]
        for (i, (caption, aHas, bHas)) in frames.enumerated() {
            let x = 16 + 152 * Double(i)
            svg.rectangle(x: x, y: 62, width: 144, height: 140, fill: .paper)
            func box(_ name: String, _ grad: Double, x: Double, y: Double, isNew: Bool) {
                svg.rectangle(
                    x: x - 30, y: y, width: 60, height: 44, radius: 7,
                    fill: isNew ? .second : .paper, stroke: isNew ? .second : .muted)
                let role = isNew ? SVG.Role.paper : .ink
                svg.text(name, x: x, y: y + 17, size: 13, anchor: .middle, fill: role)
                svg.text(
                    whole(grad), x: x, y: y + 36, size: 17, anchor: .middle, fill: role, bold: true)
            }
            // The one that has just got its gradient.
            let (toA, toB) = (x + 37, x + 107)
            if i > 0 {
                svg.polyline(
                    [(x + 72, 148), (i == 1 ? toB : toA, 118)], stroke: .second, width: 4)
            }
            svg.line(from: (x + 72, 148), to: (toA, 118))
            svg.line(from: (x + 72, 148), to: (toB, 118))
            box("a", aHas ? a.grad : 0, x: toA, y: 72, isNew: i == 2)
            box("b", bHas ? b.grad : 0, x: toB, y: 72, isNew: i == 1)
            box("c", c.grad, x: x + 72, y: 148, isNew: false)
            svg.text(caption, x: x + 72, y: 246, size: 15, anchor: .middle, bold: true)
        }
        return svg
    }

    private static func whole(_ x: Double) -> String { String(format: "%.0f", x) }

    /// The turns of one line for "emma", of which session 2 stops at one.
    private static func oneOfTwenty() -> SVG {
        let letters = ["·", "e", "m", "m", "a"]
        var svg = SVG(
            height: 262, title: "One line of code, twenty turns: stop at one of them",
            summary: "A box for each position of emma and each of four heads, twenty in all. Only "
                + "that of position 2 and head 0 is lit, with the bars of a pause button.")
        for (position, letter) in letters.enumerated() {
            let x = 96 + 76 * Double(position)
            svg.text(letter, x: x + 32, y: 58, size: 18, anchor: .middle, bold: true, mono: true)
            for head in 0..<4 {
                let y = 70 + 44 * Double(head)
                let isHere = position == 2 && head == 0
                svg.rectangle(
                    x: x, y: y, width: 64, height: 34, radius: 6, fill: isHere ? .second : .faint)
                guard isHere else { continue }
                for bar in [24.0, 34] {
                    svg.rectangle(x: x + bar, y: y + 8, width: 6, height: 18, fill: .paper)
                }
            }
        }
        for head in 0..<4 {
            svg.text("head \(head)", x: 84, y: 92 + 44 * Double(head), size: 14, anchor: .end)
        }
        return svg
    }

    /// Gradients of some parameters, and how far Adam's first step moves each.
    private static func sameStep() throws -> SVG {
        let gpt = try TrainingRun.start().gpt
        gpt.loss(try gpt.tokenizer.tokens(of: "emma")).backward()
        let sorted = gpt.params.indices.filter { gpt.params[$0].grad != 0 }
            .sorted { abs(gpt.params[$0].grad) > abs(gpt.params[$1].grad) }
        // From the largest down to the smallest of a hundredth and more.
        let chosen = [0, 20, 60, 120, 300].map { sorted[$0] }
        let grads = gpt.params.map(\.grad)
        let before = gpt.params.map(\.data)
        var adam = Adam(paramCount: gpt.params.count)
        adam.update(gpt.params, gpt.config)
        let largest = abs(grads[chosen[0]])
        let said = chosen.map { places(grads[$0], 2) }.joined(separator: ", ")
        var svg = SVG(
            height: 266, title: "Five slopes, and the first step for each",
            summary: "The slopes \(said), as bars to the left or right, and beside them the first "
                + "steps: all of the same length, each the other way.")
        svg.text("slope", x: 130, y: 56, size: 15, anchor: .middle, bold: true)
        svg.text("first step", x: 370, y: 56, size: 15, anchor: .middle, bold: true)
        for (row, i) in chosen.enumerated() {
            let y = 70 + 38 * Double(row)
            func bar(_ share: Double, _ middle: Double, _ role: SVG.Role) {
                let width = max(2, abs(share) * 100)
                svg.rectangle(
                    x: share < 0 ? middle - width : middle, y: y, width: width, height: 24,
                    fill: role)
            }
            bar(grads[i] / largest, 130, .accent)
            let step = gpt.params[i].data - before[i]
            bar(step / gpt.config.learningRate * 0.6, 370, .second)
        }
        for x in [130.0, 370] { svg.line(from: (x, 64), to: (x, 252), stroke: .ink) }
        return svg
    }

    /// What comes to the gradient of the first number of "m" in a step on "emma", in that order.
    private static func whoWrites() throws -> SVG {
        let gpt = try TrainingRun.start().gpt
        let tokens = try gpt.tokenizer.tokens(of: "emma")
        let watched = gpt.wte[tokens[2]][0]
        let loss = gpt.loss(tokens)
        loss.backward()
        // Both are sums with a position's number, and the later position passes on first.
        let sums = loss.numbers(.topological)
        let given = [3, 2].compactMap { position in
            let others = [watched, gpt.wpe[position][0]]
            return sums.first {
                $0.children.map(ObjectIdentifier.init) == others.map(ObjectIdentifier.init)
            }?
            .grad
        }
        let texts = given.map { String(format: "%+.3f", $0) } + ["= 0"]
        var svg = SVG(
            height: 274, title: "Whoever touches this number is seen",
            summary:
                "An eye watches one gradient. First the later m of emma adds \(texts[0]), then "
                + "the earlier one \(texts[1]), and then Adam sets it to 0.")
        let from: [(x: Double, name: String)] = [(192, "m"), (126, "m"), (372, "Adam")]
        for (x, letter) in [(60.0, "e"), (258, "a")] {
            svg.text(
                letter, x: x, y: 78, size: 26, anchor: .middle, fill: .muted, bold: true, mono: true
            )
        }
        for (i, (x, name)) in from.enumerated() {
            svg.text(
                name, x: x, y: 78, size: i == 2 ? 20 : 26, anchor: .middle, bold: true, mono: i < 2)
            let end = [222.0, 178, 280][i]
            svg.arrow(from: (x, 88), to: (end, 188), stroke: .second)
            let side = [30.0, -30, 30][i]
            svg.circle(x: x + side / 6, y: 112, radius: 12, fill: .second)
            svg.text(
                "\(i + 1)", x: x + side / 6, y: 117, size: 14, anchor: .middle, fill: .paper,
                bold: true)
            svg.text(
                texts[i], x: x + side * 0.7, y: 117, size: 15, anchor: side < 0 ? .end : .start,
                bold: true)
        }
        svg.rectangle(x: 130, y: 192, width: 200, height: 50, radius: 8, fill: .paper, stroke: .ink)
        svg.text(
            "wte[12][0].grad", x: 230, y: 222, size: 16, anchor: .middle, bold: true, mono: true)
        let lid = stride(from: -1.0, through: 1, by: 0.1).map { ($0, 16 * (1 - $0 * $0)) }
        for way in [-1.0, 1] {
            svg.polyline(
                lid.map { (x: 384 + 30 * $0.0, y: 217 + way * $0.1) }, stroke: .accent, width: 3)
        }
        svg.circle(x: 384, y: 217, radius: 8, fill: .accent)
        return svg
    }
}
