import Beyond
import Course
import Foundation
import Inspection
import MicroGPT
import PythonRandom

extension Figures {
    static let beyondAssistant: [String: Figure] = [
        "assistantTable": assistantTable,
        "assistantPeak": assistantPeak,
        "assistantDemonstrations": assistantDemonstrations,
    ]

    static let beyondAssistantPictures: [String: Picture] = [
        "clippedObjective": clippedObjective,
        "rewardAndTaste": rewardAndTaste,
        "overoptimization": overoptimization,
    ]

    // MARK: - The records

    private static func alignment() throws -> ExperimentRecord {
        try ExperimentRecord(contentsOf: Experiment.alignment.record)
    }

    /// A measure of a design, by its name.
    private static func estimate(
        _ measure: String, _ design: String, _ record: ExperimentRecord, steps: Int
    ) throws -> Estimate {
        guard let i = record.measures.firstIndex(of: measure) else {
            throw UserError("\(measure): not in the record of \(record.experiment)")
        }
        return record.estimate(i, design, steps: steps)
    }

    /// By how much the answers to held-out requests are above the fine-tuned model's.
    private static func reward(
        _ design: String, _ record: ExperimentRecord, steps: Int
    ) throws -> Estimate {
        guard let i = record.measures.firstIndex(of: "reward, requests held out") else {
            throw UserError("no reward in the record of \(record.experiment)")
        }
        return record.difference(i, design, steps: steps)
    }

    private static func cell(_ estimate: Estimate, _ count: Int = 2) -> String {
        "\(places(estimate.mean, count)) ± \(places(estimate.standardError, count))"
    }

    private static func percent(_ estimate: Estimate, _ count: Int = 0) -> String {
        if estimate.mean.isNaN { return "–" }
        return "\(places(100 * estimate.mean, count))% ± "
            + places(100 * estimate.standardError, count)
    }

    /// A row a design, after the longest training.
    @Sendable private static func assistantTable() throws -> [String] {
        let record = try alignment()
        let last = record.steps[record.steps.count - 1]
        let rows = try record.designs.map { design in
            func value(_ measure: String) throws -> Estimate {
                try estimate(measure, design, record, steps: last)
            }
            return [
                design == "best of n" ? "best of \(last)" : design,
                cell(try value("KL, requests held out")),
                cell(try reward(design, record, steps: last)),
                cell(try value("taste, requests held out")),
                percent(try value("obeyed, requests seen")),
                percent(try value("obeyed, new combinations")),
                percent(try value("four vowels in a row"), 1), percent(try value("distinct")),
                percent(try value("agreement of reward and taste")),
            ]
        }
        return table(
            [
                "model", "KL", "reward", "taste", "obeyed, requests seen",
                "obeyed, new combinations", "four vowels in a row", "distinct", "agreement",
            ], rows)
    }

    /// For each design the highest mean taste, on requests that are held out, and after how many
    /// rounds; and what became of it at the end, in each seed.
    @Sendable private static func assistantPeak() throws -> [String] {
        let record = try alignment()
        let measure = "taste, requests held out"
        let last = record.steps[record.steps.count - 1]
        let rows = try record.designs.dropFirst().map { design in
            let means = try record.steps.map { steps in
                (steps: steps, taste: try estimate(measure, design, record, steps: steps))
            }
            let peak = means.max { $0.taste.mean < $1.taste.mean } ?? means[0]
            let i = record.measures.firstIndex(of: measure) ?? 0
            func tastes(_ steps: Int) -> [Double] {
                record.runs.filter { $0.design == design && $0.steps == steps }.map { $0.values[i] }
            }
            let falls = zip(tastes(peak.steps), tastes(last)).count { $0 > $1 }
            return [
                design, cell(peak.taste), "\(peak.steps)", cell(means[means.count - 1].taste),
                "\(falls) of \(tastes(last).count)",
            ]
        }
        return table(
            ["model", "highest taste", "at", "taste at \(last)", "runs in which it fell"], rows)
    }

    @Sendable private static func assistantDemonstrations() throws -> [String] {
        let record = try ExperimentRecord(contentsOf: Experiment.demonstrations.record)
        let rows = try record.steps.flatMap { steps in
            try record.designs.map { design in
                [grouped(steps), design]
                    + [cell(record.estimate(0, design, steps: steps))]
                    + (try record.measures.dropFirst().map {
                        percent(try estimate($0, design, record, steps: steps))
                    })
            }
        }
        return table(["demonstrations", "start"] + record.measures, rows)
    }

    /// A measure of the answers to held-out requests.
    private static func value(
        _ measure: String, _ design: String, _ record: ExperimentRecord, _ steps: Int
    ) throws -> Estimate {
        measure == "reward"
            ? try reward(design, record, steps: steps)
            : try estimate("\(measure), requests held out", design, record, steps: steps)
    }

    /// Two charts of the same answers: their reward, and their taste; with the fine-tuned model's as a
    /// thin line.
    private static func charts(
        _ title: String, _ record: ExperimentRecord, x: Chart.Axis, from ends: [Double],
        y: [String: (Double, Double)] = [:],
        _ shown: [(design: String, name: String, marker: Chart.Marker)], note: String,
        at place: (_ design: String, _ steps: Int) throws -> Double?
    ) throws -> SVG {
        func chart(_ measure: String, _ x: Chart.Axis) throws -> Chart {
            let start = ("fine-tuned", record.steps[0])
            let level = try value(measure, start.0, record, start.1).mean
            let series = try shown.map { design, name, marker in
                Chart.Series(
                    name,
                    try ([start] + record.steps.map { (design, $0) }).compactMap { design, steps in
                        let y = try value(measure, design, record, steps)
                        return try place(design, steps).map {
                            .init($0, y.mean, error: y.standardError)
                        }
                    }, as: .line(marker: marker))
            }
            let line = Chart.Series(
                nil, ends.map { .init($0, level) }, as: .line(width: 1), role: .muted)
            return Chart(x: x, y: .init("", range: y[measure]), [line] + series)
        }
        return Chart.picture(
            title: title,
            [
                ("reward: what it is paid for", try chart("reward", x)),
                ("taste: what was wanted", try chart("taste", x)),
            ], height: 230, columns: 1, note: [note])
    }

    /// PPO with three penalties, over its rounds.
    @Sendable private static func rewardAndTaste() throws -> SVG {
        let record = try alignment()
        let rounds = [0] + record.steps
        return try charts(
            "It is paid more and more, and for what?", record,
            x: .init(
                "rounds of PPO", range: (-0.1, Double(rounds.count) - 0.8),
                ticks: rounds.enumerated().map { (at: Double($0), label: "\($1)") }),
            from: [0, Double(rounds.count - 1)], y: ["reward": (-1, 24), "taste": (0, 0.6)],
            [
                ("PPO with penalty 3", "penalty 3", .circle),
                ("PPO with penalty 1", "penalty 1", .ring),
                ("PPO with penalty 0", "no penalty", .square),
            ],
            note: "Answers to requests that no training has seen; mean and standard error of "
                + "\(Set(record.runs.map(\.seed)).count) seeds. Round 0 is the fine-tuned model."
        ) { design, steps in
            design == "fine-tuned" ? 0 : rounds.firstIndex(of: steps).map(Double.init)
        }
    }

    /// All ways, over how far their models have gone.
    @Sendable private static func overoptimization() throws -> SVG {
        let record = try alignment()
        let last = record.steps[record.steps.count - 1]
        let end = try (
            kl: value("KL", "PPO with penalty 0", record, last).mean,
            taste: value("taste", "PPO with penalty 0", record, last).mean
        )
        return try charts(
            "Reward and taste, over how far a model has gone", record,
            x: .init(
                "KL from the fine-tuned model, nats", range: (0.5, 13), isLogarithmic: true,
                ticks: [0.5, 1, 2, 5, 10].map { ($0, short($0)) }), from: [0.5, 13],
            [
                ("best of n", "best of n", .square), ("PPO with penalty 3", "PPO, 3", .circle),
                ("PPO with penalty 1", "PPO, 1", .circle),
                ("PPO with penalty 0", "PPO, 0", .circle),
                ("DPO with penalty 3", "DPO, 3", .ring), ("DPO with penalty 1", "DPO, 1", .ring),
            ],
            note: "Each line goes through \(list(record.steps)) rounds, or the best of so many "
                + "answers. The number is the penalty, the thin line the fine-tuned model. Without a penalty, PPO goes on to the "
                + "right, to \(places(end.kl, 0)) nats and a taste of \(places(end.taste, 2))."
        ) { design, steps in
            let x = try value("KL", design, record, steps).mean
            return x > 0 && x < 13 ? x : nil
        }
    }

    private static func list(_ numbers: [Int]) -> String {
        numbers.dropLast().map { "\($0)" }.joined(separator: ", ") + " and \(numbers.last ?? 0)"
    }

    @Sendable private static func clippedObjective() -> SVG {
        let ppo = PPO(klPenalty: 0)
        let curves = [1.0, -1].map { advantage in
            Chart.Series(
                "advantage \(short(advantage))",
                (30...170).map { percent in
                    let ratio = Double(percent) / 100
                    let objective = ppo.objective(
                        logProb: Value(log(ratio)), drawn: 0, advantage: advantage)
                    return .init(ratio, objective.data)
                })
        }
        return Chart(
            x: .init("ratio of its probability now to that when it was drawn"),
            y: .init("objective"), curves
        ).picture(title: "The objective of a token, with a clip of \(ppo.clip)")
    }
}
