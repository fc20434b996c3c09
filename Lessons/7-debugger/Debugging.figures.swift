import Foundation
import Inspection
import MicroGPT

extension Figures {
    static let debugging: [String: Figure] = [
        "plantedBugs": plantedBugs,
        "plantedBugsByMatrix": plantedBugsByMatrix,
        "plantedBugsGap": plantedBugsGap,
        "plantedInLossToo": plantedInLossToo,
        "adamFirstSteps": adamFirstSteps,
        "headWithoutScaling": headWithoutScaling,
        "gradientsTwice": gradientsTwice,
        "debuggingInitStd": { ["\(Config.lesson.initStd)"] },
    ]

    static let debuggingPictures: [String: Picture] = ["plantedBugsPicture": plantedBugsPicture]

    // MARK: - Planted bugs

    private static let trial = Result {
        try PlantedBugTrial(names: "names.txt", checked: "emma")
    }

    @Sendable private static func plantedBugs() throws -> [String] {
        let header = [
            "| model | loss at the start | average loss of the last 20 steps "
                + "| largest relative difference | matrices with a wrong gradient |",
            "|---|---|---|---|---|",
        ]
        return try header
            + trial.get().runs.map { run in
                let largest = run.differences.flatMap(\.differences).map(\.relative).max() ?? 0
                let wrong = run.wrongMatrices.count
                return String(
                    format: "| %@ | %.4f | %.4f | %.1e | %@ |", name(run), run.losses[0],
                    run.lastLoss, largest,
                    wrong == 0 ? "none" : "\(wrong) of \(run.differences.count)")
            }
    }

    /// How far the last loss of each bug is from the right one's.
    @Sendable private static func plantedBugsGap() throws -> [String] {
        let runs = try trial.get().runs
        return runs.dropFirst().map { String(format: "%.4f", $0.lastLoss - runs[0].lastLoss) }
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
        let header = "| matrix | gradients | " + runs.map(name).joined(separator: " | ") + " |"
        let rule = "|---|" + String(repeating: "---|", count: runs.count + 1)
        return [header, rule]
            + names.indices.map { i in
                let counts = runs.map { run in
                    run.differences[i].differences.count { !$0.isWithinTolerance }
                }
                let cells = counts.map { $0 == 0 ? "–" : "\($0)" }.joined(separator: " | ")
                return "| `\(names[i])` | \(runs[0].differences[i].differences.count) | \(cells) |"
            }
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

    // MARK: - The three sessions

    /// c = a * b, with its gradients after one and after two calls of `backward()`.
    @Sendable private static func gradientsTwice() -> [String] {
        let (a, b) = (Value(2), Value(-3))
        let c = a * b
        func row(_ calls: String) -> String {
            String(format: "| %@ | %.0f | %.0f | %.0f |", calls, a.grad, b.grad, c.grad)
        }
        var rows = [
            "| calls of `backward()` | `a.grad` | `b.grad` | `c.grad` |", "|---|---|---|---|",
        ]
        for calls in ["1", "2"] {
            c.backward()
            rows.append(row(calls))
        }
        (a.grad, b.grad) = (0, 0)
        c.backward()
        return rows + [row("1 more, after both leaves were set to 0")]
    }

    /// The weights of session 2's head, with and without the division; then with a query and keys
    /// ten times as long.
    @Sendable private static func headWithoutScaling() throws -> [String] {
        func weights(_ logits: [Double]) -> String {
            softmax(logits.map { Value($0) }).map { String(format: "%.4f", $0.data) }
                .joined(separator: " | ")
        }
        let logits = try headLogits()
        return [
            "| | BOS | e | m |", "|---|---|---|---|",
            "| as it is | \(weights(logits)) |",
            "| without the division by 2 | \(weights(logits.map { $0 * 2 })) |",
            "| q and k ten times as long | \(weights(logits.map { $0 * 100 })) |",
            "| q and k ten times as long, without the division | "
                + "\(weights(logits.map { $0 * 200 })) |",
        ]
    }

    /// The logits in head 0 at position 2 of "emma", as session 2 sees them.
    private static func headLogits() throws -> [Double] {
        let trace = try ForwardTrace(of: "emma", by: TrainingRun.start().gpt)
        let step = trace.positions[2].steps.first { $0.name == "attnLogits" && $0.head == 0 }
        return step?.values ?? []
    }

    /// What `Adam` does to the parameter of session 3 if its gradient stays what it is, and what it
    /// would do without bias correction. The learning rate stays, too.
    @Sendable private static func adamFirstSteps() throws -> [String] {
        let gpt = try TrainingRun.start().gpt
        gpt.loss(try gpt.tokenizer.tokens(of: "emma")).backward()
        let grad = gpt.params[0].grad
        var config = gpt.config
        config.numSteps = 1_000_000_000
        let param = Value(0)
        var adam = Adam(paramCount: 1)
        var rows = ["| step | change | without bias correction |", "|---|---|---|"]
        for step in 1...40 {
            (param.data, param.grad) = (0, grad)
            adam.update([param], config)
            let raw = config.learningRate * adam.m[0] / (adam.v[0].squareRoot() + config.epsilon)
            if [1, 2, 3, 10, 40].contains(step) {
                rows.append(String(format: "| %ld | %.5f | %.5f |", step, -param.data, raw))
            }
        }
        return rows
    }
}
