import Beyond
import Foundation
import Inspection
import MicroGPT
import PythonRandom

extension Figures {
    static let beyondAssistant: [String: Figure] = [
        "assistantTable": assistantTable,
        "assistantAccuracy": assistantAccuracy,
        "assistantSizes": assistantSizes,
        "fourVowels": fourVowels,
        "preferenceSlopes": preferenceSlopes,
    ]

    static let beyondAssistantPictures: [String: Picture] = [
        "clippedObjective": clippedObjective
    ]

    // MARK: - The full run

    /// What `lab beyond assistant` prints. A test compares the run with this file.
    private static func run() throws -> String {
        try String(contentsOfFile: "Tests/Fixtures/assistant.txt", encoding: .utf8)
    }

    /// The rows of its table: the model's name, five numbers, and answers.
    private static func rows() throws -> [(name: String, numbers: [String], answers: [String])] {
        let lines = try run().split(separator: "\n")
        guard let head = lines.firstIndex(where: { $0.contains("obeyed") }) else {
            throw UserError("no table in assistant.txt")
        }
        return lines[(head + 1)...].map { line in
            let cells = line.dropFirst(18).split(separator: " ").map(String.init)
            return (
                line.prefix(18).trimmingCharacters(in: .whitespaces), Array(cells.prefix(5)),
                Array(cells.dropFirst(5))
            )
        }
    }

    @Sendable private static func assistantTable() throws -> [String] {
        table(
            ["model", "obeyed", "distinct", "taste", "reward", "KL", "answers"],
            try rows().map { [$0.name] + $0.numbers + [$0.answers.joined(separator: ", ")] })
    }

    @Sendable private static func assistantAccuracy() throws -> [String] {
        guard let accuracy = try run().firstMatch(of: /right about ([\d.]+%) of (\d+)/) else {
            throw UserError("no accuracy in assistant.txt")
        }
        return [String(accuracy.1), String(accuracy.2)]
    }

    /// Of the policy, and of the reward model.
    @Sendable private static func assistantSizes() throws -> [String] {
        var plan = Assistant.Plan()
        plan.pretrainingSteps = 1
        let gpt = try Assistant(names: readDocuments("names.txt"), plan: plan).pretrained()
        var rng = PythonRandom(seed: 0)
        let rewardModel = try RewardModel(gpt, &rng)
        return [
            grouped(gpt.params.count), grouped(rewardModel.params.count),
            "\(gpt.tokenizer.vocabSize)",
        ]
    }

    /// Names with four vowels in a row, and all names.
    @Sendable private static func fourVowels() throws -> [String] {
        let names = try readDocuments("names.txt")
        let spoiled = names.filter { name in
            taste(name) == 0 && name.contains { "aeiou".contains($0) }
        }
        return ["\(spoiled.count)", grouped(names.count), spoiled.joined(separator: ", ")]
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
