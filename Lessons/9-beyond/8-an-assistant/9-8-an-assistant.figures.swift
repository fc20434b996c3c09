import Beyond
import Course
import Foundation
import Inspection
import MicroGPT
import PythonRandom

extension Figures {
    static let beyondAssistant: [String: Figure] = [
        "preferenceSlopes": preferenceSlopes,
        "assistantTable": assistantTable,
        "assistantLooks": assistantLooks,
        "assistantPeak": assistantPeak,
        "assistantDemonstrations": assistantDemonstrations,
        "assistantSizes": assistantSizes,
        "assistantRequests": assistantRequests,
    ]

    static let beyondAssistantPictures: [String: Picture] = [
        "clippedObjective": clippedObjective,
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

    /// A row a design, after 40 rounds, or the best of 40.
    @Sendable private static func assistantTable() throws -> [String] {
        let record = try alignment()
        let rows = try record.designs.map { design in
            func value(_ measure: String) throws -> Estimate {
                try estimate(measure, design, record, steps: 40)
            }
            return [
                design == "best of n" ? "best of 40" : design,
                cell(try value("KL, requests held out")),
                cell(try reward(design, record, steps: 40)),
                cell(try value("taste, requests held out")),
                percent(try value("obeyed, requests seen")),
                percent(try value("obeyed, new combinations")),
            ]
        }
        return table(
            [
                "model", "KL", "reward", "taste", "obeyed, requests seen",
                "obeyed, new combinations",
            ],
            rows)
    }

    /// A row a design, after the longest training: what the lesson does not need.
    @Sendable private static func assistantLooks() throws -> [String] {
        let record = try alignment()
        let last = record.steps[record.steps.count - 1]
        let rows = try record.designs.map { design in
            func value(_ measure: String) throws -> Estimate {
                try estimate(measure, design, record, steps: last)
            }
            return [
                design == "best of n" ? "best of \(last)" : design,
                cell(try value("KL, requests seen")), cell(try value("taste, requests seen")),
                cell(try value("taste, requests held out")),
                percent(try value("four vowels in a row"), 1), percent(try value("distinct")),
                percent(try value("agreement of reward and taste")),
            ]
        }
        return table(
            [
                "model", "KL, seen", "taste, seen", "taste, held out", "four vowels in a row",
                "distinct", "agreement",
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

    /// The reward and the taste of the same answers, over how far their model has gone.
    @Sendable private static func overoptimization() throws -> SVG {
        let record = try alignment()
        let shown: [(design: String, name: String, marker: Chart.Marker)] = [
            ("best of n", "best of n", .square), ("PPO with penalty 3", "PPO, 3", .circle),
            ("PPO with penalty 1", "PPO, 1", .circle), ("PPO with penalty 0", "PPO, 0", .circle),
            ("DPO with penalty 3", "DPO, 3", .ring), ("DPO with penalty 1", "DPO, 1", .ring),
        ]
        func chart(_ measure: String, _ x: String) throws -> Chart {
            func value(_ measure: String, _ design: String, _ steps: Int) throws -> Estimate {
                measure == "reward"
                    ? try reward(design, record, steps: steps)
                    : try estimate("\(measure), requests held out", design, record, steps: steps)
            }
            let start = try value(measure, "fine-tuned", record.steps[0]).mean
            let series = try shown.map { design, name, marker in
                Chart.Series(
                    name,
                    try record.steps.compactMap { steps in
                        let x = try value("KL", design, steps).mean
                        let y = try value(measure, design, steps)
                        return x < 13 ? .init(x, y.mean, error: y.standardError) : nil
                    }, as: .line(marker: marker))
            }
            let ticks = [0.5, 1, 2, 5, 10].map { ($0, short($0)) }
            return Chart(
                x: .init(x, range: (0.5, 13), isLogarithmic: true, ticks: ticks), y: .init(""),
                [
                    .init(
                        nil, [.init(0.5, start), .init(13, start)], as: .line(width: 1),
                        role: .muted)
                ] + series)
        }
        let last = record.steps[record.steps.count - 1]
        let end = (
            kl: try estimate("KL, requests held out", "PPO with penalty 0", record, steps: last)
                .mean,
            taste: try estimate(
                "taste, requests held out", "PPO with penalty 0", record, steps: last
            )
            .mean
        )
        return Chart.picture(
            title: "Reward and taste, over how far a model has gone",
            [
                ("reward: what the reward model says", try chart("reward", "")),
                (
                    "taste: what was to be liked",
                    try chart("taste", "KL from the fine-tuned model, nats")
                ),
            ], height: 230, columns: 1,
            note: [
                "Answers to requests that no stage has seen; mean and standard error of "
                    + "\(Set(record.runs.map(\.seed)).count) seeds. Each line goes through "
                    + "\(list(record.steps)) rounds, or the best of so many answers. The number is "
                    + "the penalty. The thin line is the fine-tuned model. Without a penalty, PPO goes on "
                    + "to the right, to \(places(end.kl, 0)) nats and a taste of "
                    + "\(places(end.taste, 2))."
            ])
    }

    private static func list(_ numbers: [Int]) -> String {
        numbers.dropLast().map { "\($0)" }.joined(separator: ", ") + " and \(numbers.last ?? 0)"
    }

    // MARK: - Sizes

    private static func assistant() throws -> Assistant {
        let (names, heldOut) = splitHeldOut(try readDocuments("names.txt"))
        return try Assistant(names: names, heldOut: heldOut)
    }

    @Sendable private static func assistantSizes() throws -> [String] {
        [grouped(try assistant().untrained().params.count)]
    }

    /// Different requests that may be seen, and new combinations, letters and lengths.
    @Sendable private static func assistantRequests() throws -> [String] {
        let requests = Set(try readDocuments("names.txt").compactMap(Request.init))
        return Request.Novelty.allCases.map { novelty in
            "\(requests.count { $0.novelty == novelty })"
        }
    }

    // MARK: - The formulas

    /// The derivative of a preference's loss by the reward of what was chosen, if that is less by 2
    /// than the other, and if it is more by 2.
    @Sendable private static func preferenceSlopes() -> [String] {
        [-2.0, 2].map { difference in
            let chosen = Value(difference)
            preferenceLoss(chosen: chosen, rejected: Value(0)).backward()
            return places(chosen.grad)
        }
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
