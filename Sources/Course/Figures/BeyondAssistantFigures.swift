import Beyond
import Foundation
import Inspection
import MicroGPT

extension Figures {
    static let beyondAssistant: [String: Figure] = [
        "assistantTable": assistantTable,
        "assistantAccuracy": assistantAccuracy,
        "assistantAnswers": assistantAnswers,
        "assistantSizes": assistantSizes,
        "fourVowels": fourVowels,
        "predictionsThatCount": predictionsThatCount,
        "preferenceLosses": preferenceLosses,
        "clippedObjectives": clippedObjectives,
    ]

    static let beyondAssistantPictures: [String: Picture] = [
        "clippedObjective": clippedObjective
    ]

    // MARK: - The full run

    /// What `microgpt beyond assistant` prints. A test compares the run with this file.
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
            ["model", "obeyed", "distinct", "taste", "reward", "KL"],
            try rows().map { [$0.name] + $0.numbers })
    }

    @Sendable private static func assistantAccuracy() throws -> [String] {
        guard let accuracy = try run().firstMatch(of: /right about ([\d.]+%) of (\d+)/) else {
            throw UserError("no accuracy in assistant.txt")
        }
        return [String(accuracy.1), String(accuracy.2)]
    }

    /// Each model's answers, judged here.
    @Sendable private static func assistantAnswers() throws -> [String] {
        let text = try run()
        guard let prompt = text.firstMatch(of: /answers to (.)(.):/),
            let length = Int(prompt.2),
            let request = Request(answeredBy: String(repeating: String(prompt.1), count: length))
        else { throw UserError("no request in assistant.txt") }
        return table(
            ["model", "answers to \(request.prompt)", "obeyed", "taste"],
            try rows().map { name, _, answers in
                [
                    name, answers.joined(separator: ", "),
                    answers.map { request.isObeyed(by: $0) ? "yes" : "no" }
                        .joined(separator: ", "),
                    list(answers.map { taste($0) }, 2),
                ]
            })
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

    /// The positions of "e4:emma", and which predictions are in the loss.
    @Sendable private static func predictionsThatCount() throws -> [String] {
        guard let request = Request(answeredBy: "emma") else { return [] }
        let tokenizer = Tokenizer(documents: ["emma", Request.alphabet])
        let tokens = try tokenizer.encode(request.prompt + "emma")
        var rng = PythonRandom(seed: 0)
        let counted = try GPT(Config.gist, tokenizer, &rng).logProbs(tokens).count
        func name(_ token: Int) -> String {
            token == tokenizer.bos ? "BOS" : String(tokenizer.characters[token])
        }
        return table(
            ["position", "reads", "to predict", "in the loss"],
            (0..<tokens.count - 1).map { posID in
                [
                    "\(posID)", name(tokens[posID]), name(tokens[posID + 1]),
                    posID < tokens.count - 1 - counted ? "no" : "yes",
                ]
            })
    }

    @Sendable private static func preferenceLosses() -> [String] {
        table(
            ["chosen less rejected", "probability of the choice", "loss", "derivative"],
            [-2.0, -1, 0, 1, 2, 5].map { difference in
                let (chosen, rejected) = (Value(difference), Value(0))
                let loss = preferenceLoss(chosen: chosen, rejected: rejected)
                loss.backward()
                return [
                    short(difference), places(exp(-loss.data)), places(loss.data),
                    places(chosen.grad),
                ]
            })
    }

    /// The objective of a token that was drawn with probability 1/4, and its derivative by the
    /// logarithm of the probability.
    private static func objective(
        ratio: Double, advantage: Double
    ) -> (data: Double, slope: Double) {
        let drawn = log(0.25)
        let logProb = Value(drawn + log(ratio))
        let objective = PPO(klPenalty: 0).objective(
            logProb: logProb, drawn: drawn, advantage: advantage)
        objective.backward()
        return (objective.data, logProb.grad)
    }

    @Sendable private static func clippedObjectives() -> [String] {
        table(
            [
                "ratio", "advantage 1: objective", "derivative", "advantage -1: objective",
                "derivative",
            ],
            [0.5, 0.9, 1, 1.1, 1.5].map { ratio in
                let (good, bad) = (
                    objective(ratio: ratio, advantage: 1), objective(ratio: ratio, advantage: -1)
                )
                return [short(ratio)]
                    + [good.data, good.slope, bad.data, bad.slope].map { places($0, 2) }
            })
    }

    @Sendable private static func clippedObjective() -> SVG {
        let ratios = (30...170).map { Double($0) / 100 }
        func curve(_ advantage: Double) -> [(x: Double, y: Double)] {
            ratios.map { ($0, objective(ratio: $0, advantage: advantage).data) }
        }
        return chart(
            "The objective of a token, with a clip of \(PPO(klPenalty: 0).clip)",
            x: "ratio of its probability now to that when it was drawn", y: "objective",
            [
                Curve(name: "advantage 1", role: .accent, points: curve(1)),
                Curve(name: "advantage -1", role: .second, points: curve(-1)),
            ])
    }
}
